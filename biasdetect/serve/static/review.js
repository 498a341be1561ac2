// A review: the phrases at the chosen threshold, what was decided of them, and the way back.

import { VOICES } from "./vocabulary.js";

export class Review {
  #own; // the threshold that the report was made with
  #levels = new Map(); // phrases by threshold
  #decisions = new Map(); // by place of the phrase: true is accepted
  #history = [];

  constructor(report) {
    this.report = report;
    this.#own = report.settings.threshold;
    this.threshold = this.#own;
    this.hidden = new Set(); // categories
    const phrases = report.sentences.flatMap((sentence, number) => sentence.phrases.map((phrase) => [number, phrase]));
    this.add(this.#own, phrases);
  }

  /** Phrases at a threshold, each with the number of its sentence. Suggestions and advice are those of the report. */
  add(threshold, phrases) {
    if (this.#levels.has(threshold)) return;
    const known = new Map((this.#levels.get(this.#own) ?? []).map((phrase) => [phrase.place, phrase]));
    const made = phrases.map(([sentence, phrase]) => {
      const place = `${phrase.start}:${phrase.end}`;
      return {
        ...phrase,
        sentence,
        place,
        counts: VOICES[phrase.voice].counts,
        suggestions: phrase.suggestions.length ? phrase.suggestions : (known.get(place)?.suggestions ?? []),
        advice: phrase.advice || (known.get(place)?.advice ?? ""),
      };
    });
    this.#levels.set(threshold, made);
  }

  get thresholds() {
    return [...this.#levels.keys()].sort((one, other) => one - other);
  }

  /** All phrases at the threshold, in order. */
  get all() {
    return this.#levels.get(this.threshold);
  }

  get shown() {
    return this.all.filter((phrase) => !this.hidden.has(phrase.category));
  }

  /** true, false, or undefined where nothing is decided. */
  decision(phrase) {
    return this.#decisions.get(phrase.place);
  }

  decide(phrase, accepted) {
    this.#history.push([phrase.place, this.#decisions.get(phrase.place)]);
    this.#decisions.set(phrase.place, accepted);
  }

  /** Takes the last decision back; the place of its phrase, undefined where there was none. */
  undo() {
    const [place, before] = this.#history.pop() ?? [];
    if (before === undefined) this.#decisions.delete(place);
    else this.#decisions.set(place, before);
    return place;
  }

  get decisions() {
    return [...this.#decisions].map(([place, accepted]) => {
      const [start, end] = place.split(":").map(Number);
      return { start, end, accepted };
    });
  }

  /** Sentences with all phrases decided, and those with only some: the first are what a download holds. */
  get progress() {
    const sentences = new Map();
    for (const phrase of this.all) {
      const decided = this.decision(phrase) !== undefined;
      sentences.set(phrase.sentence, [...(sentences.get(phrase.sentence) ?? []), decided]);
    }
    const told = [...sentences.values()];
    const whole = told.filter((decided) => decided.every(Boolean)).length;
    return { whole, begun: told.filter((decided) => decided.some(Boolean)).length - whole };
  }
}
