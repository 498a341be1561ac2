// What a writer takes along: files, and what was changed.

import { changes } from "./changes.js";
import { element } from "./dom.js";
import { charactersOf } from "./offsets.js";

/** The document that a text was taken from, with how it was changed since, for a file of the same form; else null. */
export function originalFor(form, { original, base }, text) {
  if (!["html", "docx"].includes(form) || !original?.[form]) return null;
  const characters = charactersOf(base);
  const told = changes(base, text).map(([start, end, fresh]) => ({ start: characters(start), end: characters(end), new: fresh }));
  return { [form]: original[form], name: original.name, whole: original.whole, changes: told };
}

/** Let the browser store a file. */
export function hand({ blob, name }) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The paragraphs with changes, what went and what came. */
export function difference(base, text) {
  const found = changes(base, text);
  if (!base.trim()) return [element("p", {}, "The text was written here: there is nothing to compare it with.")];
  if (!found.length) return [element("p", {}, "Nothing: the text is as it was opened.")];
  const drawn = [];
  let paragraph;
  let position = 0;
  for (const [start, end, fresh] of found) {
    const from = base.lastIndexOf("\n", start - 1) + 1;
    if (!paragraph || from > position) {
      if (paragraph) paragraph.append(rest(base, position));
      paragraph = element("p", { dir: "auto" });
      drawn.push(paragraph);
      position = from;
    }
    paragraph.append(base.slice(position, start));
    if (end > start) paragraph.append(element("del", {}, base.slice(start, end)));
    if (fresh) paragraph.append(element("ins", {}, fresh));
    position = end;
  }
  paragraph.append(rest(base, position));
  return drawn;
}

function rest(base, position) {
  const end = base.indexOf("\n", position);
  return base.slice(position, end < 0 ? undefined : end);
}
