// The page: a text comes in, is marked while it is written, and goes out.

import { ACCEPTED, formatsNamed, ofAddress, ofClipboard, ofFile, ofText, tooLarge } from "./bring.js";
import { drawCard, drawDeeds, drawList, titleOf, toggleList } from "./card.js";
import { changes } from "./changes.js";
import { at, calm, element, plural, say } from "./dom.js";
import { forget, store, stored } from "./draft.js";
import { Editor } from "./editor.js";
import { Findings, look, offer } from "./findings.js";
import { FORMATS } from "./formats.js";
import { changeBetween, charactersOf, moved } from "./offsets.js";
import { Review } from "./review.js";
import { ServerError, made, models, stream } from "./server.js";

const PAUSE = 300; // milliseconds without a key, after which the text is scored again
const QUESTION = at("answer-text").textContent;

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

const all = (selector) => document.querySelectorAll(selector);
for (const button of all(".open")) button.addEventListener("click", () => at("file").click());
at("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  if (file) bring((signal) => ofFile(file, model.max_body, signal));
  target.value = ""; // so that the same file can be chosen once more
});
at("example").addEventListener("click", () => bring(async () => ofText(await (await fetch("example.txt")).text(), "example.txt")));
for (const button of all(".address")) {
  button.addEventListener("click", () => {
    at("address-error").hidden = true;
    at("address-dialog").showModal();
  });
}
at("address-dialog").addEventListener("submit", (event) => {
  event.preventDefault();
  at("fetch").disabled = true;
  at("fetch").textContent = "Opening …";
  bring(async (signal) => {
    const draft = await ofAddress(at("url").value.trim(), signal);
    at("address-dialog").close();
    return draft;
  }).finally(() => {
    at("fetch").disabled = false;
    at("fetch").textContent = "Open";
  });
});
at("address-dialog").addEventListener("close", () => bringing?.abort());
for (const button of all("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
document.addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.types].includes("Files")) return; // words are moved within the text
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  bring((signal) => ofFile(file, model.max_body, signal));
});
at("text").addEventListener("paste", (event) => {
  const [file] = event.clipboardData.files;
  const plain = event.clipboardData.getData("text/plain");
  if (file && !plain) {
    event.preventDefault();
    bring((signal) => ofFile(file, model.max_body, signal));
  } else if (!editor.text.trim() && event.clipboardData.types.includes("text/html")) {
    event.preventDefault();
    const coming = ofClipboard(event.clipboardData, model.max_body);
    bring(async () => (await coming.catch(() => undefined)) ?? ofText(plain, "pasted text"));
  }
});

/** Open what somebody brings; the text stays as it is until that is there. */
async function bring(open) {
  bringing?.abort();
  const ours = (bringing = new AbortController());
  at("error").hidden = at("address-error").hidden = true;
  try {
    await ready;
    const draft = await open(ours.signal);
    if (ours === bringing) begin(draft);
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
  const change = changeBetween(text, editor.text);
  if (opening) return;
  if (!text && inputType === "insertFromPaste") Object.assign(origin, { base: editor.text, original: undefined, leftOut: {} });
  text = editor.text;
  working?.abort();
  const before = [findings.shown.length, deeds.length, change.end === 0 && change.fresh.length === text.length, !text];
  findings.move(change);
  review.move(change);
  deeds = moved(deeds, change);
  if (!text) findings.clear();
  state("waiting");
  // while a letter follows the other, nothing but the marks is drawn
  if (before[0] === findings.shown.length && before[1] === deeds.length && !before[2] && !before[3]) drawMarks();
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
  if (first && !report.foreign_language) say(count ? `${plural(count, "phrase")} marked in ${read}.` : `${read} read.`);
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
  drawAnswer(report);
  drawCategories();
  drawFigures(report);
  drawReview();
}

/** The answer on top. It is said aloud where it is another one, so it is left alone where it is not. */
function drawAnswer(report) {
  let parts = ["Reading your text …"];
  if (!text) parts = [QUESTION];
  else if (reviewing()) parts = ["Review for training: is each of these phrases loaded?"];
  else if (report) {
    const { lead, words, tail } = report.answer;
    parts = [lead, ...(words ? [element("em", { dir: "auto" }, words)] : []), tail];
  }
  const told = parts.map((part) => part.textContent ?? part).join("");
  if (at("answer-text").textContent !== told) at("answer-text").replaceChildren(...parts);
}

/** A box for each category; boxes stay where they are, so that one can be clicked while marks arrive. */
function drawCategories() {
  const found = Map.groupBy(findings.phrases, (phrase) => phrase.category);
  const known = model.categories.map((category) => category.name);
  for (const one of new Set([...known, ...found.keys()])) {
    if (at("categories").querySelector(`[name="${CSS.escape(one)}"]`)) continue;
    const box = element("input", { type: "checkbox", checked: true, name: one });
    const sample = element("span", { className: `sample c-${one || "unlisted"} medium` }, titleOf(model.categories, one));
    at("categories").append(element("label", {}, box, " ", sample, element("span", { className: "count" })));
  }
  for (const box of at("categories").querySelectorAll("input")) {
    box.parentElement.querySelector(".count").textContent = ` ${(found.get(box.name) ?? []).length}`;
  }
}

function drawFigures(report) {
  const figures = [];
  if (report && !report.foreign_language) {
    const headline = report.sentences.find((sentence) => sentence.role === "headline");
    figures.push(["the share of sentences that readers would call loaded, in your own words", report.score]);
    if (report.others_score !== null && report.outlet_score !== null) figures.push(["the same in the words that you quote", report.others_score]);
    if (headline && report.sentences.length > 1) figures.push(["the headline by itself", headline.score]);
  }
  const drawn = figures.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value.toFixed(2))));
  const outside = Object.entries(origin.leftOut).map(([reason, count]) => `${plural(count, "paragraph")} (${reason})`);
  const notes = [
    ...(report ? [...report.warnings, ...report.notes] : []),
    ...(outside.length ? [`Left out of the document: ${outside.join(", ")}.`] : []),
    ...findings.skipped.map(({ start, end, reason }) => `Not scored, ${reason}: “${text.slice(start, Math.min(end, start + 60))}${end > start + 60 ? "…" : ""}”`),
  ];
  at("figures").replaceChildren(...drawn);
  at("notes").replaceChildren(...notes.map((note) => element("li", { dir: "auto" }, note)));
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
  offerFile("v1/review", { ...wanted(), decisions, annotator });
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
    offerFile(() => (form === "report" ? made("v1/report", wanted()) : taken(form)));
  });
}

// menus close where something else is wanted
const closeMenus = (but) => all(".menu[open]").forEach((menu) => menu !== but && (menu.open = false));
document.addEventListener("click", ({ target }) => closeMenus(target.closest("summary")?.parentElement));
for (const menu of all(".menu")) {
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !menu.contains(relatedTarget) && (menu.open = false));
}

/** The text in a form, from the server; a document that it was taken from keeps its markup. */
function taken(form) {
  const { kept } = findings.ask(text);
  const { threshold: lowest, ...rest } = wanted();
  return made("v1/take", { ...rest, threshold: lowest, form, kept, original: originalFor(form) });
}

function originalFor(form) {
  const { original, base } = origin;
  if (!original?.[form === "html" ? "html" : "docx"] || (form !== "html" && form !== "docx")) return null;
  const characters = charactersOf(base);
  const told = changes(base, text).map(([start, end, fresh]) => ({ start: characters(start), end: characters(end), new: fresh }));
  return { [form]: original[form], name: original.name, whole: original.whole, changes: told };
}

async function offerFile(make, request) {
  say("On its way …");
  try {
    const { blob, name: file } = await (request ? made(make, request) : make());
    const link = element("a", { href: URL.createObjectURL(blob), download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`${file} is in your downloads.`);
  } catch (error) {
    fail(error);
  }
}

for (const button of all(".compare")) {
  button.addEventListener("click", () => {
    at("difference").replaceChildren(...difference());
    at("changes").showModal();
  });
}

/** The paragraphs with changes, what went and what came. */
function difference() {
  const { base } = origin;
  const found = changes(base, text);
  if (!base.trim() || !found.length) return [element("p", {}, base.trim() ? "Nothing: the text is as it was opened." : "The text was written here: there is nothing to compare it with.")];
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
