// What was found in the text: phrases with their places in it, which move with what is typed.

import { charactersOf, moved, unitsOf } from "./offsets.js";
import { VOICES } from "./vocabulary.js";

export class Findings {
  phrases = []; // in the order of the text
  kept = []; // places of what the writer keeps
  paragraphs = []; // of the text as it was last sent
  report = undefined; // the last one, until the text is another
  hidden = new Set(); // categories that are not shown
  least = 0; // score, while the server works at a new threshold
  #units = unitsOf("");
  #text = "";
  #touched = undefined; // the stretch that was changed since the text was last scored

  /** The text was changed: places move, and what was changed has to be scored. */
  move(change) {
    this.phrases = moved(this.phrases, change);
    for (const phrase of this.phrases) phrase.suggestions = moved(phrase.suggestions, change);
    this.kept = moved(this.kept, change);
    this.paragraphs = moved(this.paragraphs, change);
    const fresh = { start: change.start, end: change.start + change.fresh.length };
    const shift = change.fresh.length - (change.end - change.start);
    const before = this.#touched;
    if (before) {
      fresh.start = Math.min(before.start, change.start);
      fresh.end = Math.max(before.end >= change.end ? before.end + shift : before.end, fresh.end);
    }
    this.#touched = fresh;
  }

  /** All of the text is another one. */
  clear() {
    Object.assign(this, { phrases: [], kept: [], paragraphs: [], report: undefined });
    this.#touched = undefined;
  }

  /** What a request for the text says of it: what is kept, and what was changed. */
  ask(text) {
    this.#text = text;
    this.#units = unitsOf(text);
    const characters = charactersOf(text);
    const place = ({ start, end }) => ({ start: characters(start), end: characters(end) });
    const changed = this.report && this.#touched ? place(this.#touched) : null;
    return { kept: this.kept.map(place), changed };
  }

  /** Take an answer; says whether it changes what is shown. */
  take(event) {
    if (event.event === "start") {
      this.paragraphs = event.paragraphs.map(({ start, end, role, reason }) => ({ ...this.#place(start, end), role, reason }));
      return true;
    }
    if (event.event === "part") {
      if (this.report && !this.#touched) return false; // the text is the same: what is shown says more than a part does
      const [first, last] = [event.first, event.first + event.paragraphs.length - 1].map((number) => this.paragraphs[number]);
      const found = event.paragraphs.flat().flatMap((sentence) => sentence.phrases.map((phrase) => this.#phrase(phrase, sentence)));
      const others = this.phrases.filter(({ start, end }) => end <= first.start || last.end <= start);
      this.phrases = [...others, ...found].sort((one, other) => one.start - other.start);
      return true;
    }
    if (event.event === "report") {
      this.report = event.report;
      this.phrases = event.report.sentences.flatMap((sentence) => sentence.phrases.map((phrase) => this.#phrase(phrase, sentence)));
      this.#touched = undefined;
      this.least = 0;
      return true;
    }
    return false;
  }

  #place(start, end) {
    return { start: this.#units(start), end: this.#units(end) };
  }

  #phrase(phrase, sentence) {
    const place = this.#place(phrase.start, phrase.end);
    const suggestions = phrase.suggestions.map((found) => {
      const at = this.#place(found.start, found.end);
      return { ...found, ...at, was: this.#text.slice(at.start, at.end) };
    });
    const { counts } = VOICES[phrase.voice];
    return { ...phrase, ...place, suggestions, counts, sentence: sentence.score, speaker: sentence.speaker };
  }

  get shown() {
    return this.phrases.filter((phrase) => phrase.score >= this.least && !this.hidden.has(phrase.category));
  }

  /** The worst of the writer's own words first; quoted words come last. */
  get ranked() {
    return this.shown.toSorted((one, other) => other.counts - one.counts || other.score - one.score || one.start - other.start);
  }

  keep({ start, end, text }) {
    this.phrases = this.phrases.filter((phrase) => phrase.start !== start || phrase.end !== end);
    const place = { start, end, text };
    this.kept = [...this.kept, place].sort((one, other) => one.start - other.start);
    return place;
  }

  /** Keep it no more. */
  release(place) {
    this.kept = this.kept.filter((one) => one !== place);
  }

  get skipped() {
    return this.paragraphs.filter((paragraph) => paragraph.reason);
  }
}

/** The classes of a phrase: category by colour and kind of line, strength by its thickness. */
export function look(phrase) {
  return `phrase c-${phrase.category || "unlisted"} ${phrase.severity}${phrase.counts ? "" : " others"}`;
}

/** What to do with a phrase by a suggestion, in words for a button. */
export function offer(phrase, suggestion) {
  if (!suggestion.words) return "Leave it out";
  if (suggestion.words === phrase.text) return "Leave out the quotation marks"; // scare quotes
  return `Replace by “${suggestion.words}”`;
}
