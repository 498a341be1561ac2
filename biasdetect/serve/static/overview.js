// What is said of the text as a whole: the answer, the categories, the figures.

import { titleOf } from "./card.js";
import { at, element, plural } from "./dom.js";

const QUESTION = at("answer-text").textContent;

/** The answer on top. It is said aloud where it is another one, so it is left alone where it is not. */
export function drawAnswer({ text, reviewing, report }) {
  let parts = ["Reading your text …"];
  if (!text) parts = [QUESTION];
  else if (reviewing) parts = ["Review for training: is each of these phrases loaded?"];
  else if (report) {
    const { lead, words, tail } = report.answer;
    parts = [lead, ...(words ? [element("em", { dir: "auto" }, words)] : []), tail];
  }
  const told = parts.map((part) => part.textContent ?? part).join("");
  if (at("answer-text").textContent !== told) at("answer-text").replaceChildren(...parts);
}

/** A box for each category; boxes stay where they are, so that one can be clicked while marks arrive. */
export function drawCategories(phrases, categories) {
  const found = Map.groupBy(phrases, (phrase) => phrase.category);
  const known = categories.map((category) => category.name);
  for (const one of new Set([...known, ...found.keys()])) {
    if (at("categories").querySelector(`[name="${CSS.escape(one)}"]`)) continue;
    const box = element("input", { type: "checkbox", checked: true, name: one });
    const sample = element("span", { className: `sample c-${one || "unlisted"} medium` }, titleOf(categories, one));
    at("categories").append(element("label", {}, box, " ", sample, element("span", { className: "count" })));
  }
  for (const box of at("categories").querySelectorAll("input")) {
    box.parentElement.querySelector(".count").textContent = ` ${(found.get(box.name) ?? []).length}`;
  }
}

/** The scores, and what the report has to say of how the text was read. */
export function drawFigures({ text, report, leftOut, skipped }) {
  const figures = [];
  if (report && !report.foreign_language) {
    const headline = report.sentences.find((sentence) => sentence.role === "headline");
    figures.push(["the share of sentences that readers would call loaded, in your own words", report.score]);
    if (report.others_score !== null && report.outlet_score !== null) figures.push(["the same in the words that you quote", report.others_score]);
    if (headline && report.sentences.length > 1) figures.push(["the headline by itself", headline.score]);
  }
  const drawn = figures.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value.toFixed(2))));
  const outside = Object.entries(leftOut).map(([reason, count]) => `${plural(count, "paragraph")} (${reason})`);
  const notes = [
    ...(report ? [...report.warnings, ...report.notes] : []),
    ...(outside.length ? [`Left out of the document: ${outside.join(", ")}.`] : []),
    ...skipped.map(({ start, end, reason }) => `Not scored, ${reason}: “${text.slice(start, Math.min(end, start + 60))}${end > start + 60 ? "…" : ""}”`),
  ];
  at("figures").replaceChildren(...drawn);
  at("notes").replaceChildren(...notes.map((note) => element("li", { dir: "auto" }, note)));
}
