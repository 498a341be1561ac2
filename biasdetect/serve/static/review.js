// Review for training: what was said of each phrase, and the way back. Nothing of it changes the text.

import { moved } from "./offsets.js";

export class Review {
  #answers = []; // {start, end, accepted, before}: the places move with the text
  #history = [];

  /** true, false, or undefined where nothing was said. */
  answer(phrase) {
    return this.#of(phrase)?.accepted;
  }

  say(phrase, accepted) {
    const before = this.#of(phrase);
    this.#answers = this.#answers.filter((one) => one !== before);
    const given = { start: phrase.start, end: phrase.end, accepted };
    this.#answers.push(given);
    this.#history.push([given, before]);
  }

  /** Take the last answer back; its place, or undefined where there is none. */
  undo() {
    const [given, before] = this.#history.pop() ?? [];
    if (!given) return undefined;
    this.#answers = this.#answers.filter((one) => one !== given);
    if (before) this.#answers.push(before);
    return given;
  }

  move(change) {
    this.#answers = moved(this.#answers, change);
    this.#history = this.#history.filter(([given]) => this.#answers.includes(given));
  }

  clear() {
    this.#answers = [];
    this.#history = [];
  }

  get answers() {
    return this.#answers.map(({ start, end, accepted }) => ({ start, end, accepted }));
  }

  #of({ start, end }) {
    return this.#answers.find((one) => one.start === start && one.end === end);
  }
}
