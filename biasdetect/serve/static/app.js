// The page: a text comes in, is marked while it is written, and goes out.

import "./menus.js";
import { ACCEPTED, formatsNamed, ofText, tooLarge } from "./bring.js";
import { drawCard, drawDeeds, drawList, toggleList } from "./card.js";
import { at, calm, plural, say } from "./dom.js";
import { forget, store, stored } from "./draft.js";
import { Editor } from "./editor.js";
import { Findings, look } from "./findings.js";
import { FORMATS } from "./formats.js";
import { takeIn } from "./intake.js";
import { changeBetween, charactersOf, moved } from "./offsets.js";
import { drawAnswer, drawCategories, drawFigures } from "./overview.js";
import { Review } from "./review.js";
import { ServerError, made, models, stream } from "./server.js";
import { difference, hand, originalFor } from "./takeaway.js";

const all = (selector) => document.querySelectorAll(selector);
const PAUSE = 300; // milliseconds without a key, after which the text is scored again

const editor = new Editor(at("text"), at("under"));
const findings = new Findings();
const review = new Review();
let model = { categories: [], max_body: 5_000_000, fetches: false }; // until the server has told
let threshold;
let text = ""; // as the page knows it: that of the field, but for what is being typed
let origin = { ...ofText(""), base: "" }; // what was opened: its text as `base`, the document where its markup is kept, what was left out
let opening = false; // the field is being filled
let deeds = []; // what the writer did with phrases, which can be undone
let chosen; // the phrase of the card
let wished; // a place whose phrase is to be that of the card, once it is scored
let counted = 0; // phrases, as they were last told
let working; // what stops the scoring on its way
let bringing; // what stops the opening on its way

at("alone").remove();
at("page").hidden = false;
at("formats").textContent = formatsNamed();
at("file").accept = ACCEPTED;
for (const format of FORMATS.filter((one) => one.text)) at("format").append(new Option(format.title, format.name));
const ready = models().then((told) => {
  model = told;
  threshold ??= told.threshold;
  at("threshold").disabled = false;
  for (const button of all(".address")) button.hidden = !told.fetches;
  drawThreshold();
  draw();
}, fail);

// --- a text comes in

takeIn({ most: () => model.max_body, empty: () => !text.trim(), bring, abandon: () => bringing?.abort() });

/** Open what somebody brings; the text stays as it is until that is there. */
async function bring(open) {
  bringing?.abort();
  const ours = (bringing = new AbortController());
  at("error").hidden = at("address-error").hidden = true;
  try {
    await ready;
    const draft = await open(ours.signal);
    if (ours === bringing) begin(draft);
    // what was clicked may be there for an empty page alone; a phone's keyboard stays away
    if (!document.activeElement.checkVisibility() && !matchMedia("(pointer: coarse)").matches) at("text").focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError" && ours === bringing) fail(error);
  }
}

function begin(draft) {
  working?.abort();
  findings.clear();
  review.clear();
  chosen = undefined;
  deeds = [];
  opening = true;
  editor.open(draft.text);
  opening = false;
  text = editor.text;
  origin = { name: draft.name, original: draft.original, leftOut: draft.leftOut ?? {}, base: draft.base ?? text };
  at("format").value = draft.format ?? "";
  at("kind").value = draft.kind ?? "news";
  findings.kept = draft.kept ?? [];
  deeds = findings.kept.map(keptDeed);
  draw();
  keepDraft();
  score();
}

// --- it is kept in the browser

const keepDraft = calm(400, () => {
  if (!text) return forget();
  const draft = { ...origin, text, kept: findings.kept, format: at("format").value, kind: at("kind").value };
  if (!store(draft)) say("This browser keeps no draft: copy your text before you leave the page.");
});
at("forget").addEventListener("click", () => at("forget-dialog").showModal());
at("really-forget").addEventListener("click", () => {
  begin(ofText(""));
  keepDraft.stop();
  forget();
  at("text").focus();
  say("Forgotten: nothing of the draft is left here.");
});

// --- it is written

at("text").addEventListener("input", ({ isComposing, inputType }) => {
  if (opening) return;
  const change = changeBetween(text, editor.text);
  const drawn = () => findings.shown.length + deeds.length;
  const before = { text, drawn: drawn() };
  if (!text && inputType === "insertFromPaste") Object.assign(origin, { base: editor.text, original: undefined, leftOut: {} });
  text = editor.text;
  working?.abort();
  findings.move(change);
  review.move(change);
  deeds = moved(deeds, change);
  if (!text) findings.clear();
  state("waiting");
  // while a letter follows the other, nothing but the marks is drawn
  if (before.text && text && before.drawn === drawn()) drawMarks();
  else draw();
  keepDraft();
  if (!isComposing) scoreSoon();
});
at("text").addEventListener("compositionend", () => scoreSoon());

// --- it is scored

/** How far the marks are: waiting for a pause in the writing, scoring, or quiet. */
function state(now) {
  at("sheet").dataset.state = now;
}

const scoreSoon = calm(PAUSE, () => score());

async function score() {
  scoreSoon.stop();
  working?.abort();
  if (!text.trim()) {
    state("quiet");
    at("progress").hidden = true;
    return draw();
  }
  const ours = (working = new AbortController());
  await ready;
  if (ours.signal.aborted) return;
  const { kept, changed } = findings.ask(text);
  const request = { ...wanted(), kept: reviewing() ? [] : kept, ...(changed && { changed }) };
  if (new Blob([text]).size > model.max_body - 50_000) return fail(tooLarge("The text", model.max_body));
  state("scoring");
  try {
    await stream(request, (event) => ours === working && !ours.signal.aborted && show(event), ours.signal);
  } catch (error) {
    if (error.name !== "AbortError" && ours === working) fail(error);
  } finally {
    if (ours === working && !ours.signal.aborted) {
      state("quiet");
      at("progress").hidden = true;
    }
  }
}

function wanted() {
  return { text, name: origin.name || "your text", format: at("format").value || null, kind: at("kind").value, threshold: threshold ?? null };
}

function show(event) {
  const first = !findings.report;
  findings.take(event);
  at("error").hidden = true;
  if (event.event === "start" && first) {
    at("progress").hidden = false;
    at("progress").max = Math.max(event.paragraphs.length, 1);
    at("progress").value = 0;
    say("Reading …");
  } else if (event.event === "part" && first) {
    at("progress").value = Math.max(at("progress").value, event.first + event.paragraphs.length);
  } else if (event.event === "report") {
    tell(event.report, first);
    if (wished) chosen = wished;
    wished = undefined;
  }
  draw();
}

/** What the report brings, for those who listen; while somebody writes, only what is new. */
function tell(report, first) {
  const count = findings.phrases.length;
  const read = plural(report.sentences.length, "sentence");
  if (report.foreign_language) say("");
  else if (first) say(count ? `${plural(count, "phrase")} marked in ${read}.` : `${read} read.`);
  else if (count > counted) say(`${plural(count - counted, "more phrase")} marked: ${count} in all.`);
  counted = count;
}

// --- it is looked at

at("threshold").addEventListener("input", ({ target }) => {
  threshold = Number(target.value);
  state("waiting");
  findings.least = threshold; // at once for what is there; what is not comes from the server
  drawThreshold();
  draw();
  say(`${plural(findings.shown.length, "phrase")} shown.`);
  scoreSoon();
});
at("kind").addEventListener("change", () => (keepDraft(), score()));
at("format").addEventListener("change", () => (keepDraft(), score()));
at("categories").addEventListener("change", ({ target }) => {
  if (target.checked) findings.hidden.delete(target.name);
  else findings.hidden.add(target.name);
  draw();
  say(`${plural(findings.shown.length, "phrase")} shown.`);
});
at("more").addEventListener("click", () => (toggleList(), draw()));
at("previous").addEventListener("click", () => step(-1, at("previous")));
at("next").addEventListener("click", () => step(1, at("next")));

function drawThreshold() {
  const value = (threshold ?? model.threshold).toFixed(2);
  at("threshold").value = threshold ?? model.threshold;
  at("threshold").setAttribute("aria-valuetext", value);
  at("threshold-value").textContent = value;
}

function drawMarks() {
  const marks = findings.shown.map((phrase) => {
    const answer = review.answer(phrase);
    const said = reviewing() && answer !== undefined ? (answer ? " loaded" : " fine") : "";
    return { start: phrase.start, end: phrase.end, className: `${look(phrase)}${said}${phrase === chosen ? " chosen" : ""}` };
  });
  editor.draw(marks, findings.skipped.map((paragraph) => ({ ...paragraph, className: "skipped" })));
}

/** Everything that depends on the text and on what was found in it. */
function draw() {
  const ranked = findings.ranked;
  const { report } = findings;
  chosen = chosen && ranked.find((phrase) => phrase.start < chosen.end && chosen.start < phrase.end);
  if (!chosen && report) [chosen] = ranked;
  drawMarks();
  at("page").classList.toggle("empty", !text);
  at("welcome").hidden = Boolean(text);
  const answer = (phrase) => (reviewing() ? review.answer(phrase) : undefined);
  drawCard(chosen, {
    categories: model.categories,
    place: ranked.indexOf(chosen),
    count: ranked.length,
    reviewing: reviewing(),
    answer: chosen && answer(chosen),
    use: (suggestion, event) => once(event) && replace(chosen, suggestion),
  });
  drawList(ranked, { categories: model.categories, chosen, answer, choose: (phrase) => choose(phrase, false) });
  drawDeeds(deeds, undo);
  at("undo").disabled = !deeds.length;
  drawAnswer({ text, reviewing: reviewing(), report });
  drawCategories(findings.phrases, model.categories);
  drawFigures({ text, report, leftOut: origin.leftOut, skipped: findings.skipped });
  drawReview();
}

// --- one phrase after the other

/** Go to a phrase: its card is shown, and its mark is in view. */
function choose(phrase, focus) {
  chosen = phrase;
  draw();
  if (!phrase) return;
  if (focus === true) editor.select(phrase.start, phrase.end);
  else focus?.focus?.({ preventScroll: true });
  reveal();
  say(`${phrase.text}: ${at("card-why").textContent}`);
}

function step(by, focus) {
  const ranked = findings.ranked;
  if (ranked.length) choose(ranked.at((ranked.indexOf(chosen) + by) % ranked.length), focus);
}

/** Bring the mark of the chosen phrase into view, where it is not: beside the card, and not behind it. */
function reveal() {
  const mark = editor.chosen;
  if (!mark) return;
  const card = at("card").getBoundingClientRect();
  const sheet = getComputedStyle(at("card")).position === "fixed";
  const { top, bottom } = mark.getBoundingClientRect();
  const low = sheet ? card.top : innerHeight;
  if (top >= 60 && bottom <= low - 20) return;
  const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
  window.scrollBy({ top: (top + bottom) / 2 - low / 2, behavior: smooth ? "smooth" : "instant" });
}

// a mark is under the text field: where the caret is put into a phrase, that is the one
at("text").addEventListener("click", () => atCaret());
at("text").addEventListener("keyup", ({ key }) => /^(?:Arrow|Home|End|Page)/.test(key) && atCaret());
at("text").addEventListener("mousedown", (event) => {
  if (!matchMedia("(pointer: coarse)").matches) return;
  const phrase = findings.shown[editor.markAt(event.clientX, event.clientY)];
  if (!phrase) return;
  event.preventDefault(); // the keyboard of a phone stays away
  at("text").blur();
  choose(phrase, false);
});

function atCaret() {
  const phrase = findings.shown.find(({ start, end }) => start <= editor.caret && editor.caret <= end);
  const aside = findings.skipped.find(({ start, end }) => start <= editor.caret && editor.caret <= end);
  if (aside) say(`This paragraph is not scored: ${aside.reason}.`);
  if (!phrase || phrase === chosen || at("text").selectionEnd > editor.caret) return;
  chosen = phrase;
  draw();
  say(`${phrase.text}: ${at("card-why").textContent}`);
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const { key, code, altKey, shiftKey, ctrlKey, metaKey } = event;
  const plain = !altKey && !ctrlKey && !metaKey;
  const typing = event.target.matches("select, input:not([type=range], [type=checkbox]), textarea:not([readonly])");
  const answers = { y: () => judge(true), n: () => judge(false), u: unsay, j: () => step(1), k: () => step(-1) };
  let action;
  if (key === "F8" && !altKey && !ctrlKey && !metaKey) action = () => step(shiftKey ? -1 : 1, reviewing() || !editor.focused ? undefined : true);
  else if (reviewing() && plain && !typing) action = answers[key.toLowerCase()];
  else if (altKey && key === "Enter" && !reviewing()) action = () => chosen?.suggestions[0] && replace(chosen, chosen.suggestions[0]);
  else if (altKey && code === "KeyK" && !reviewing()) action = () => keep(chosen);
  if (!action) return;
  event.preventDefault();
  action();
});

// --- it is decided

function replace(phrase, suggestion) {
  const { start, end } = suggestion;
  if (text.slice(start, end) !== suggestion.was) return;
  if (!origin.base.trim()) origin.base = text;
  const following = after(phrase);
  const told = `${phrase.text}: ${suggestion.words && suggestion.words !== phrase.text ? `now “${suggestion.words}”` : "left out"}`;
  chosen = following;
  editor.replace(start, end, suggestion.text);
  deeds = [...deeds, { kind: "replace", start, end: start + suggestion.text.length, was: suggestion.was, told }];
  settle(`${told}.`);
}

function keep(phrase) {
  if (!phrase) return;
  chosen = after(phrase);
  deeds = [...deeds, keptDeed(findings.keep(phrase))];
  settle(`${phrase.text}: kept.`);
  keepDraft();
}

const keptDeed = (place) => ({ kind: "keep", start: place.start, end: place.end, told: `${place.text}: kept` });

/** The phrase to go on with where one is done. */
function after(phrase) {
  const ranked = findings.ranked;
  const place = ranked.indexOf(phrase);
  return ranked[place + 1] ?? ranked[place - 1];
}

function settle(told) {
  draw();
  if (document.activeElement === document.body) {
    const next = chosen ? (at("card-suggestions").querySelector("button") ?? at("keep")) : at("deeds").querySelector("button");
    next?.focus({ preventScroll: true });
  }
  reveal();
  say(chosen ? `${told} Next: ${chosen.text}.` : `${told} Nothing is left.`);
  score();
}

/** Whether a click is one: the second of a double click would fall upon the card of the next phrase. */
const once = (event) => event.detail < 2;

at("keep").addEventListener("click", (event) => once(event) && keep(chosen));
at("undo").addEventListener("click", () => undo(deeds.at(-1)));

function undo(deed) {
  if (!deed) return;
  deeds = deeds.filter((one) => one !== deed);
  if (deed.kind === "replace") {
    editor.replace(deed.start, deed.end, deed.was);
    wished = { start: deed.start, end: deed.start + deed.was.length };
  } else {
    findings.release(findings.kept.find(({ start, end }) => start === deed.start && end === deed.end));
    wished = { start: deed.start, end: deed.end };
    keepDraft();
  }
  score();
  draw();
  say(`Undone: ${deed.told}.`);
}

// --- it is reviewed for training

const reviewing = () => at("reviewing").checked;
at("reviewing").addEventListener("change", () => {
  at("text").readOnly = reviewing();
  document.body.classList.toggle("reviewing", reviewing());
  draw();
  say(reviewing() ? "Review for training: the text stays as it is. y says loaded, n fine, u undoes, j and k go on." : "Back to writing.");
  score(); // what is kept is reviewed too
});
at("write").addEventListener("click", () => {
  at("reviewing").click();
  at("text").focus({ preventScroll: true });
});
at("loaded").addEventListener("click", () => judge(true, at("loaded")));
at("fine").addEventListener("click", () => judge(false, at("fine")));
at("unsay").addEventListener("click", () => unsay());

function judge(accepted, focus) {
  const phrase = chosen;
  if (!phrase) return;
  review.say(phrase, accepted);
  const ranked = findings.ranked;
  const place = ranked.indexOf(phrase);
  const rest = [...ranked.slice(place + 1), ...ranked.slice(0, place)];
  choose(rest.find((one) => review.answer(one) === undefined) ?? phrase, focus);
  say(`${phrase.text}: ${accepted ? "loaded" : "fine"}.`);
}

function unsay() {
  const given = review.undo();
  if (!given) return say("Nothing to undo.");
  choose(findings.ranked.find(({ start, end }) => start === given.start && end === given.end) ?? chosen);
  say("Undone.");
}

function drawReview() {
  at("training").hidden = !reviewing();
  const said = findings.phrases.filter((phrase) => review.answer(phrase) !== undefined).length;
  at("reviewed").textContent = said
    ? `${said} of ${plural(findings.phrases.length, "phrase")} answered. Those without an answer count neither way.`
    : "Say of each phrase whether it is loaded: y or n. Every answer counts, also if you stop halfway.";
}

at("download-review").addEventListener("click", () => {
  const characters = charactersOf(text);
  const decisions = review.answers.map(({ start, end, accepted }) => ({ start: characters(start), end: characters(end), accepted }));
  if (!decisions.length) return say("Nothing to download yet: say of a phrase whether it is loaded.");
  const annotator = at("annotator").value.toWellFormed().trim();
  offerFile(made("v1/review", { ...wanted(), decisions, annotator }));
});

// --- it goes out

at("copy").addEventListener("click", async () => {
  try {
    const clean = at("format").value && at("format").value !== "text" ? await (await taken("text")).blob.text() : text;
    await navigator.clipboard.writeText(clean);
    say("Copied: the text, without any marks.");
  } catch (error) {
    fail(error instanceof ServerError ? error : new ServerError("The browser does not let the page copy. Select the text, and copy it with Ctrl+C."));
  }
});
for (const button of all("[data-form]")) {
  button.addEventListener("click", () => {
    const { form } = button.dataset;
    offerFile(form === "report" ? made("v1/report", wanted()) : taken(form));
  });
}

async function offerFile(coming) {
  say("On its way …");
  try {
    const file = await coming;
    hand(file);
    say(`${file.name} is in your downloads.`);
  } catch (error) {
    fail(error);
  }
}

/** The text in a form, from the server; a document that it was taken from keeps its markup. */
function taken(form) {
  const { kept } = findings.ask(text);
  const { threshold: lowest, ...rest } = wanted();
  return made("v1/take", { ...rest, threshold: lowest, form, kept, original: originalFor(form, origin, text) });
}

for (const button of all(".compare")) {
  button.addEventListener("click", () => {
    at("difference").replaceChildren(...difference(origin.base, text));
    at("changes").showModal();
  });
}

// --- what goes wrong

function fail(error) {
  say("");
  state("quiet");
  at("progress").hidden = true;
  const told = error instanceof ServerError ? error.message : `The page failed (${error.message}). Load it anew: your draft is kept.`;
  const place = at("address-dialog").open ? at("address-error") : at("error");
  place.textContent = told;
  place.hidden = false;
}

const draft = stored();
if (draft) {
  begin(draft);
  say("Your draft is back.");
}
