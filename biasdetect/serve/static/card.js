// The card of a phrase, and the list of all: what is drawn beside the text.

import { at, element } from "./dom.js";
import { look, offer } from "./findings.js";

const FIRST = 5; // that the list begins with
let whole = false; // whether the list shows all

/** What a reader sees of a category. */
export function titleOf(categories, name) {
  return categories.find((category) => category.name === name)?.title || name || "loaded wording";
}

const whose = (phrase) => (phrase.counts ? "your own words" : `quoted words${phrase.speaker ? ` (${phrase.speaker})` : ""}`);


/** Draw buttons anew; the focus stays with the one at its place, or goes to another where that is gone. */
function redraw(list, children, otherwise) {
  const buttons = () => [...list.querySelectorAll("button")];
  const focused = buttons().indexOf(document.activeElement);
  list.replaceChildren(...children);
  if (focused >= 0) (buttons()[Math.min(focused, buttons().length - 1)] ?? otherwise()).focus({ preventScroll: true });
}

/** The card of a phrase, or none; `use` is called with the suggestion that is clicked, and with the click. */
export function drawCard(phrase, { categories, place, count, reviewing, answer, use }) {
  at("card").hidden = !phrase;
  if (!phrase) return;
  const category = categories.find((one) => one.name === phrase.category);
  at("card").className = `c-${phrase.category || "unlisted"}`;
  at("card-title").textContent = phrase.text;
  at("card-facts").replaceChildren(
    element("strong", {}, titleOf(categories, phrase.category)),
    ` ${phrase.severity}, ${phrase.score.toFixed(2)} · ${whose(phrase)}`,
  );
  const why = phrase.why || category?.definition || "";
  at("card-why").textContent = why ? sentence(why) : "";
  const more = category?.definition && category.definition !== why;
  at("card-definition").textContent = more ? sentence(`${category.title}: ${category.definition}`) : "";
  const quoted = phrase.counts ? "" : "Somebody else says this: leave it, or quote less of it.";
  at("card-advice").textContent = phrase.advice || quoted;
  at("card-advice").hidden = !(phrase.advice || quoted);
  redraw(
    at("card-suggestions"),
    phrase.suggestions.map((found, index) => {
      const button = element("button", { type: "button", className: index ? "" : "main" }, offer(phrase, found));
      if (index === 0) button.setAttribute("aria-keyshortcuts", "Alt+Enter");
      button.addEventListener("click", (event) => use(found, event));
      const hint = found.grade === "check" ? `${found.relation === "wider" ? "a wider term: " : ""}check the meaning` : "";
      const effect = `sentence ${found.before.toFixed(2)} → ${found.after.toFixed(2)}`;
      return element("p", {}, button, element("small", {}, [hint, effect].filter(Boolean).join(" · ")));
    }),
    () => at("keep"),
  );
  at("card-suggestions").hidden = reviewing || !phrase.suggestions.length;
  at("writing").hidden = reviewing;
  at("judging").hidden = !reviewing;
  at("loaded").setAttribute("aria-pressed", answer === true);
  at("fine").setAttribute("aria-pressed", answer === false);
  at("card-place").textContent = `${place + 1} of ${count}`;
  at("previous").disabled = at("next").disabled = count < 2;
}

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;

/** All phrases, the worst first; `choose` is called with the one that is clicked. */
export function drawList(ranked, { categories, chosen, answer, choose }) {
  at("phrases").hidden = ranked.length < 2;
  const shown = whole ? ranked : ranked.slice(0, Math.max(FIRST, ranked.indexOf(chosen) + 1));
  redraw(
    at("list"),
    shown.map((phrase) => {
      const words = element("span", { className: look(phrase), dir: "auto" }, phrase.text);
      const said = { true: "loaded", false: "fine" }[answer(phrase)];
      const what = phrase.counts ? phrase.remedy || titleOf(categories, phrase.category) : "quoted words";
      const facts = element("span", { className: "facts" }, said ?? what);
      const button = element("button", { type: "button" }, words, facts);
      button.setAttribute("aria-current", phrase === chosen);
      button.addEventListener("click", () => choose(phrase));
      return element("li", {}, button);
    }),
    () => at("text"),
  );
  at("more").hidden = ranked.length <= FIRST || (shown.length === ranked.length && !whole);
  at("more").textContent = whole ? `Show the worst ${FIRST}` : `Show all ${ranked.length}`;
}

export function toggleList() {
  whole = !whole;
}

/** What the writer did, with a way back for each. */
export function drawDeeds(deeds, undo) {
  at("done").hidden = !deeds.length;
  redraw(
    at("deeds"),
    deeds.toReversed().map((deed) => {
      const button = element("button", { type: "button", className: "quiet" }, "Undo");
      button.setAttribute("aria-label", `Undo: ${deed.told}`);
      button.addEventListener("click", () => undo(deed));
      return element("li", {}, element("span", {}, deed.told), button);
    }),
    () => at("text"),
  );
}
