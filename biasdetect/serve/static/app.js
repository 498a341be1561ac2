// The page: from an article to a reviewed one.

import { drawParagraphs, drawSentences, element, look, mark } from "./article.js";
import { FORMATS, FORMATS_NAMED, OTHER_SUFFIXES } from "./formats.js";
import { Review } from "./review.js";
import { ServerError, download, models, stream } from "./server.js";
import { VOICES } from "./vocabulary.js";

const THRESHOLDS = Array.from({ length: 19 }, (_, step) => (step + 1) / 20);
const NO_VERDICT = "No verdict: the model does not read the language of this text.";
const at = (id) => document.getElementById(id);

let model; // what the server says of itself
let request; // the article that is shown, and how it was scored
let review;
let paragraphs = []; // for each sentence, the number of its paragraph
let marks = []; // elements of the shown phrases, in order
let chosen = 0; // of the shown phrases
let fileName = "";
let working; // what stops the scoring on its way

at("alone").remove();
at("page").hidden = false;
at("formats").textContent = FORMATS_NAMED;
at("file").accept = FORMATS.flatMap((format) => [...format.suffixes, ...format.media_types]).join();
for (const { name, title } of FORMATS) at("format").append(new Option(title, name));
models().then((told) => (model = told), fail);

// --- the article comes in

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  score();
});
at("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) score();
});
at("text").addEventListener("paste", () => setName(""));
at("file").addEventListener("change", (event) => take(event.target.files[0]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer.files;
  const text = event.dataTransfer.getData("text/plain");
  if (file) take(file);
  else if (text) fill(text, "");
});
at("stop").addEventListener("click", () => working?.abort());
at("again").addEventListener("click", () => {
  at("form").hidden = false;
  at("result").hidden = true;
  say("");
  at("text").focus();
  at("text").select();
});

async function take(file) {
  if (!file) return;
  if (OTHER_SUFFIXES.some((suffix) => file.name.toLowerCase().endsWith(suffix))) {
    fail(new ServerError(`This page reads ${FORMATS_NAMED}. For other documents, run: biasdetect score FILE`));
  } else if (model && file.size > model.max_body) {
    fail(tooLarge());
  } else {
    fill(decode(await file.arrayBuffer()), file.name);
  }
}

function decode(bytes) {
  const [first, second] = new Uint8Array(bytes);
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[`${first},${second}`];
  try {
    return new TextDecoder(wide ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function fill(text, name) {
  working?.abort();
  at("form").hidden = false;
  at("text").value = text;
  setName(name);
  score();
}

function setName(name) {
  fileName = Array.from(name.toWellFormed()).slice(0, 200).join("");
  at("name").textContent = fileName;
}

// --- it is scored

async function score() {
  const text = at("text").value.toWellFormed();
  at("error").hidden = true;
  if (!text.trim()) {
    fail(new ServerError("There is no text yet. Paste an article first."));
    at("text").focus();
    return;
  }
  request = { text, name: fileName || "pasted text", kind: at("kind").value, format: at("format").value || null };
  if (model && new Blob([JSON.stringify(request)]).size > model.max_body - 1000) {
    fail(tooLarge());
    return;
  }
  working?.abort();
  const ours = (working = new AbortController());
  review = undefined;
  begin();
  try {
    await stream(request, THRESHOLDS, (event) => ours === working && show(event), ours.signal);
  } catch (error) {
    if (ours !== working) return; // another article has taken its place
    if (!review) at("result").hidden = true;
    at("form").hidden = Boolean(review);
    if (error.name === "AbortError") say("Stopped.");
    else fail(error);
  } finally {
    if (ours === working) {
      working = undefined;
      at("working").hidden = true;
      at("score").disabled = false;
    }
  }
}

function begin() {
  at("score").disabled = true;
  at("working").hidden = false;
  at("progress").removeAttribute("value"); // not known yet
  at("result").hidden = true;
  at("card").hidden = true;
  for (const id of ["figures", "notes", "article", "list"]) at(id).replaceChildren();
  say("Waiting for the server …");
}

function show(event) {
  if (event.event === "start") {
    drawParagraphs(at("article"), event.paragraphs);
    at("progress").max = Math.max(event.paragraphs.length, 1);
    at("result").classList.add("early");
    at("result").hidden = false;
    at("form").hidden = true;
    say("Scoring …");
  } else if (event.event === "part") {
    event.paragraphs.forEach((sentences, index) => {
      if (sentences.length) drawSentences(at("article").children[event.first + index], sentences, mark);
    });
    const done = event.first + event.paragraphs.length;
    at("progress").value = done;
    say(`Scoring: ${done} of ${at("progress").max} paragraphs.`);
  } else if (event.event === "report") {
    review = new Review(event.report);
    paragraphs = event.paragraphs;
    finish(event.report);
  } else if (event.event === "phrases") {
    review.add(event.threshold, event.phrases);
    drawThreshold();
  }
}

function finish(report) {
  at("working").hidden = true;
  at("score").disabled = false;
  at("result").classList.remove("early");
  at("result-title").textContent = report.source;
  drawFigures(report);
  drawThreshold();
  draw();
  const count = review.shown.length;
  if (report.foreign_language) say(NO_VERDICT);
  else say(`Done: ${plural(count, "phrase")} marked in ${plural(report.sentences.length, "sentence")}.`);
  at("result-title").focus({ preventScroll: true });
  at("result").scrollIntoView({ block: "start" });
}

function drawFigures(report) {
  const figures = [["article score", report.score]];
  if (report.others_score !== null && report.outlet_score !== null) {
    figures.push(["what the outlet says", report.outlet_score], ["what it lets others say", report.others_score]);
  }
  const headline = report.sentences.find((sentence) => sentence.role === "headline");
  if (headline && report.sentences.length > 1) figures.push(["the headline by itself", headline.score]);
  const drawn = figures.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value.toFixed(2))),
  );
  at("figures").replaceChildren(...drawn);
  at("notes").replaceChildren(...[...report.warnings, ...report.notes].map((note) => element("li", {}, note)));
}

// --- it is looked at

at("threshold").addEventListener("input", (event) => {
  review.threshold = review.thresholds[event.target.value];
  draw();
  drawThreshold();
  say(`${plural(review.shown.length, "phrase")} at threshold ${review.threshold.toFixed(2)}.`);
});

function drawThreshold() {
  const thresholds = review.thresholds;
  const value = review.threshold.toFixed(2);
  at("threshold").max = thresholds.length - 1;
  at("threshold").value = thresholds.indexOf(review.threshold);
  at("threshold").setAttribute("aria-valuetext", value);
  at("threshold-value").textContent = value;
}

function draw() {
  const place = current()?.place;
  const shown = review.shown;
  chosen = Math.max(0, shown.findIndex((phrase) => phrase.place === place));
  drawCategories();
  const bySentence = Map.groupBy(shown, (phrase) => phrase.sentence);
  const byParagraph = Map.groupBy(review.report.sentences.keys(), (number) => paragraphs[number]);
  marks = [];
  for (const [number, sentences] of byParagraph) {
    const scored = sentences.map((index) => ({
      ...review.report.sentences[index],
      phrases: bySentence.get(index) ?? [],
    }));
    drawSentences(at("article").children[number], scored, (phrase) => {
      const made = mark(phrase);
      made.setAttribute("role", "button");
      made.addEventListener("click", () => choose(review.shown.indexOf(phrase), made));
      made.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(review.shown.indexOf(phrase), made);
      });
      marks.push(made);
      return made;
    });
  }
  at("list").replaceChildren(...shown.map(listed));
  drawChoice();
}

/** What a reader sees of a category. */
function titleOf(name) {
  return model?.categories.find((category) => category.name === name)?.title || name || "loaded wording";
}

function drawCategories() {
  const names = (model?.categories ?? []).map((category) => category.name);
  const found = Map.groupBy(review.all, (phrase) => phrase.category);
  const boxes = [...new Set([...names, ...found.keys()])].map((name) => {
    const box = element("input", { type: "checkbox", checked: !review.hidden.has(name), name });
    const sample = element("span", { className: `sample c-${name || "unlisted"} medium` }, titleOf(name));
    return element("label", {}, box, " ", sample, ` ${(found.get(name) ?? []).length}`);
  });
  const focused = document.activeElement?.closest("#categories") ? document.activeElement.name : undefined;
  at("categories").replaceChildren(at("categories").firstElementChild, ...boxes);
  if (focused !== undefined) at("categories").querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

at("categories").addEventListener("change", ({ target }) => {
  if (target.checked) review.hidden.delete(target.name);
  else review.hidden.add(target.name);
  draw();
  say(`${plural(review.shown.length, "phrase")} shown.`);
});

function listed(phrase, index) {
  const button = element("button", { type: "button", className: look(phrase) }, phrase.text);
  button.addEventListener("click", () => choose(index, button));
  return element("li", {}, button, element("span", { className: "facts" }));
}

function voiceText(voice) {
  const { description, counts } = VOICES[voice];
  return description[0].toUpperCase() + description.slice(1) + (counts ? "" : ": they do not count");
}

function current() {
  return review?.shown[chosen];
}

/** Go to a phrase; `focus` is the element that has the focus then, the phrase in the article where left out. */
function choose(index, focus = undefined) {
  const count = marks.length;
  if (!count) return;
  chosen = (index + count) % count;
  drawChoice();
  (focus ?? marks[chosen]).focus({ preventScroll: true });
  const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
  marks[chosen].scrollIntoView({ block: "nearest", behavior: smooth ? "smooth" : "instant" });
}

/** What depends on the chosen phrase and on the decisions. */
function drawChoice() {
  review.shown.forEach((phrase, index) => {
    const decision = review.decision(phrase);
    const said = decision === undefined ? "" : decision ? "accepted" : "rejected";
    const item = at("list").children[index];
    for (const drawn of [marks[index], item]) {
      drawn.classList.toggle("accepted", decision === true);
      drawn.classList.toggle("rejected", decision === false);
      drawn.classList.toggle("chosen", index === chosen);
    }
    // one stop for the tab key among the phrases of the article; j and k go on from there
    marks[index].tabIndex = index === chosen ? 0 : -1;
    const facts = [titleOf(phrase.category), phrase.score.toFixed(2), said].filter(Boolean).join(", ");
    marks[index].setAttribute("aria-label", `${phrase.text}: ${facts}`);
    item.querySelector(".facts").textContent = facts;
    item.firstElementChild.setAttribute("aria-current", index === chosen);
  });
  drawCard();
  const { whole, begun } = review.progress;
  at("reviewed").textContent = whole || begun
    ? `${plural(whole, "sentence")} reviewed${begun ? `, ${begun} more with a phrase still undecided: left out` : ""}.`
    : "Accept or reject phrases, and the sentences become training data.";
}

function drawCard() {
  const phrase = current();
  at("card").hidden = !phrase;
  if (!phrase) {
    const nothing = review.report.foreign_language ? NO_VERDICT : "No phrase at this threshold.";
    at("list").replaceChildren(element("li", { className: "nothing" }, nothing));
    return;
  }
  const sentence = review.report.sentences[phrase.sentence];
  const speaker = phrase.counts || !sentence.speaker ? "" : ` (${sentence.speaker})`;
  const definition = model?.categories.find((category) => category.name === phrase.category)?.definition;
  at("card").className = `c-${phrase.category || "unlisted"}`;
  at("card-title").textContent = phrase.text;
  at("card-facts").replaceChildren(
    element("strong", {}, titleOf(phrase.category)),
    ` ${phrase.score.toFixed(2)}, in a sentence of ${sentence.score.toFixed(2)}`,
  );
  at("card-voice").textContent = `${voiceText(phrase.voice)}${speaker}.`;
  at("card-why").textContent = phrase.why ? `Why: ${phrase.why}.` : "";
  at("card-definition").textContent = definition && definition !== phrase.why ? `${titleOf(phrase.category)}: ${definition}.` : "";
  at("card-advice").hidden = !phrase.advice;
  at("card-advice").textContent = phrase.advice ? `Advice: ${phrase.advice}` : "";
  at("card-instead").hidden = !phrase.suggestions.length;
  const suggestions = phrase.suggestions.map((found) => {
    let words = element("q", {}, found.words);
    if (!found.words) words = "leave it out";
    else if (found.words === phrase.text) words = "leave out the quotation marks"; // scare quotes
    const hint = found.grade === "check" ? ", check the meaning" : "";
    const effect = `sentence ${found.before.toFixed(2)} → ${found.after.toFixed(2)}${hint}`;
    return element("li", {}, words, " ", element("small", {}, effect));
  });
  at("card-suggestions").replaceChildren(...suggestions);
  at("accept").setAttribute("aria-pressed", review.decision(phrase) === true);
  at("reject").setAttribute("aria-pressed", review.decision(phrase) === false);
}

// --- it is judged

const ACTIONS = {
  a: () => decide(true),
  r: () => decide(false),
  u: undo,
  j: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
};
const BUTTONS = { accept: "a", reject: "r", undo: "u", next: "j", previous: "k" };
for (const [id, key] of Object.entries(BUTTONS)) {
  at(id).addEventListener("click", () => {
    ACTIONS[key]();
    at(id).focus({ preventScroll: true });
  });
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=range], [type=checkbox])");
  if (!review || at("result").hidden || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (action) {
    event.preventDefault();
    action();
  }
});

function decide(accepted) {
  const phrase = current();
  if (!phrase) return;
  review.decide(phrase, accepted);
  say(`${phrase.text}: ${accepted ? "accepted" : "rejected"}.`);
  // on to the next phrase that nothing is said of yet
  const shown = review.shown;
  const step = shown.findIndex((_, index) => review.decision(shown[(chosen + index) % shown.length]) === undefined);
  choose(chosen + Math.max(0, step));
}

function undo() {
  const place = review.undo();
  if (place === undefined) {
    say("Nothing to undo.");
    return;
  }
  const index = review.shown.findIndex((phrase) => phrase.place === place);
  choose(index < 0 ? chosen : index);
  say("Undone.");
}

// --- it is taken along

at("download-review").addEventListener("click", () => {
  const { whole } = review.progress;
  if (!whole) {
    told("Nothing to download yet: accept or reject every phrase of a sentence first.");
    return;
  }
  const body = { ...wanted(), decisions: review.decisions, annotator: at("annotator").value.toWellFormed().trim() };
  offer("v1/review", body, "biasdetect-review.jsonl");
});
at("download-report").addEventListener("click", () => offer("v1/report", wanted(), "biasdetect-report.html"));

async function offer(address, body, name) {
  told("On its way …");
  try {
    await download(address, body, name);
    told(`${name} is in your downloads.`);
  } catch (error) {
    told(error.message);
  }
}

function wanted() {
  return { ...request, threshold: review.threshold };
}

// --- what is said

function say(text) {
  at("status").textContent = text;
}

function told(text) {
  at("downloaded").textContent = text;
}

function fail(error) {
  say("");
  at("error").textContent =
    error instanceof ServerError ? error.message : `The page failed (${error.message}). Load it anew and try again.`;
  at("error").hidden = false;
}

function tooLarge() {
  const megabytes = (model.max_body / 1e6).toLocaleString("en");
  return new ServerError(`This is larger than ${megabytes} MB, the limit of this server. Paste one article at a time.`);
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
