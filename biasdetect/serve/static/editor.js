// The text: a plain text field, so that typing, undo, selection and every script work as they do everywhere, above a
// copy of the text that nobody sees but its marks.

import { element } from "./dom.js";

export class Editor {
  #field;
  #under;
  #lines = []; // of the copy: what each shows, and its element

  constructor(field, under) {
    this.#field = field;
    this.#under = under;
  }

  get text() {
    return this.#field.value;
  }

  /** Another text takes the place of all; where there was one, undo leads back to it. */
  open(text) {
    if (this.text && text) this.replace(0, this.text.length, text);
    if (this.text !== text) this.#field.value = text;
    this.#field.setSelectionRange(0, 0);
  }

  /** Words in the place of others, as if they were typed: undo takes them back. The page stays where it is, and so does
   * the focus, where what has it is still there. */
  replace(start, end, words) {
    const { scrollX, scrollY } = window;
    const focused = document.activeElement;
    const away = focused !== this.#field;
    const silent = away && matchMedia("(pointer: coarse)").matches;
    if (silent) this.#field.inputMode = "none"; // no keyboard comes up on a phone
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(start, end);
    // the one way into the browser's own undo; where a browser has it no more, the text is changed all the same
    const done = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
    if (!done) {
      this.#field.setRangeText(words, start, end, "end");
      this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    if (away) {
      this.#field.blur();
      if (focused?.checkVisibility()) focused.focus({ preventScroll: true });
    }
    if (silent) this.#field.inputMode = "";
    window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  }

  get caret() {
    return this.#field.selectionStart;
  }

  select(start, end) {
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(start, end);
  }

  get focused() {
    return document.activeElement === this.#field;
  }

  /** Draw marks, `{start, end, className}` in order and apart, and what paragraphs look like. */
  draw(marks, paragraphs) {
    const lines = [];
    let start = 0;
    let next = 0;
    let paragraph = 0;
    for (const text of this.text.split("\n")) {
      const end = start + text.length;
      while (next < marks.length && marks[next].end <= start) next += 1;
      const inside = [];
      for (let index = next; index < marks.length && marks[index].start < end; index += 1) {
        const { start: first, end: last, className } = marks[index];
        const goesOn = first < start ? " goes-on" : "";
        inside.push([Math.max(first, start) - start, Math.min(last, end) - start, className + goesOn]);
      }
      while (paragraph < paragraphs.length && paragraphs[paragraph].end <= start) paragraph += 1;
      const look = end > start && paragraphs[paragraph]?.start < end ? paragraphs[paragraph].className : "";
      lines.push(lineOf(text, look, inside));
      start = end + 1;
    }
    this.#exchange(lines);
  }

  /** Lines are drawn anew where they differ. A letter typed changes the data of one node: elements that come and go would
   * part what is typed in one go into letters, each of which undo would take back by itself. */
  #exchange(lines) {
    const before = this.#lines;
    const shorter = Math.min(before.length, lines.length);
    let head = 0;
    while (head < shorter && same(before[head], lines[head])) head += 1;
    let tail = 0;
    while (tail < shorter - head && same(before.at(-1 - tail), lines.at(-1 - tail))) tail += 1;
    const gone = before.slice(head, before.length - tail);
    const fresh = lines.slice(head, lines.length - tail);
    const following = tail ? before[before.length - tail].drawn : null;
    fresh.forEach((line, index) => {
      const old = fresh.length === gone.length ? gone[index] : undefined;
      if (old?.look === line.look) patch(old, line);
      else this.#under.insertBefore(draw(line), old?.drawn ?? following);
      if (old && old.drawn !== line.drawn) old.drawn.remove();
    });
    if (fresh.length !== gone.length) for (const line of gone) line.drawn.remove();
    this.#lines = [...before.slice(0, head), ...fresh, ...before.slice(before.length - tail)];
  }

  /** The drawn mark that is chosen. */
  get chosen() {
    return this.#under.querySelector("mark.chosen");
  }

  /** What lies at a point of the window: the place of the mark there in the order of marks, or -1. */
  markAt(x, y) {
    const mark = document.elementsFromPoint(x, y).find((one) => one.matches("#under mark"));
    return mark ? [...this.#under.querySelectorAll("mark:not(.goes-on)")].indexOf(mark) : -1;
  }
}

/** A line as pieces of text, marked ones between others, and what it looks like but for its text. */
function lineOf(text, look, inside) {
  const pieces = [];
  const classes = [look];
  let position = 0;
  for (const [start, end, className] of inside) {
    pieces.push(text.slice(position, start), text.slice(start, end));
    classes.push(className);
    position = end;
  }
  pieces.push(text ? text.slice(position) : "\u200b"); // which gives an empty line its height
  return { text, pieces, classes, look: classes.join("|") };
}

const same = (one, other) => one.text === other.text && one.look === other.look && one.pieces.every((piece, index) => piece === other.pieces[index]);

function draw(line) {
  const [look, ...marks] = line.classes;
  line.nodes = line.pieces.map((piece) => document.createTextNode(piece));
  const children = line.nodes.map((node, index) => (index % 2 ? element("mark", { className: marks[(index - 1) / 2] }, node) : node));
  line.drawn = element("div", { className: look }, ...children);
  return line.drawn;
}

/** Take the drawn elements of a line over for another with the same marks. */
function patch(old, line) {
  Object.assign(line, { nodes: old.nodes, drawn: old.drawn });
  line.pieces.forEach((piece, index) => {
    if (line.nodes[index].data !== piece) line.nodes[index].data = piece;
  });
}
