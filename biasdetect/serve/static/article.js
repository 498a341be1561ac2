// The article on the page. All of it is text: nothing in it becomes an element.

import { STRENGTHS, VOICES } from "./vocabulary.js";

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The paragraphs as they are read, before they are scored. */
export function drawParagraphs(article, paragraphs) {
  const drawn = paragraphs.map(({ text, role, reason }) => {
    if (reason) {
      const told = element("span", { className: "reason" }, `not scored, ${reason}: `);
      return element("p", { className: "skipped", dir: "auto" }, told, text);
    }
    return element(role === "headline" ? "h3" : "p", { className: "waiting", dir: "auto" }, text);
  });
  article.replaceChildren(...drawn);
}

/** One paragraph with its sentences scored; `make` gives the element of a phrase. */
export function drawSentences(paragraph, sentences, make) {
  paragraph.className = "";
  const parts = [];
  for (const { text, voice, phrases } of sentences) {
    if (parts.length) parts.push(" ");
    // positions count characters, of which a string may need two units for one
    const characters = Array.from(text);
    const drawn = element("span", { className: voice === "quote" ? "sentence said" : "sentence" });
    let position = 0;
    for (const phrase of phrases) {
      const end = phrase.position + Array.from(phrase.text).length;
      drawn.append(characters.slice(position, phrase.position).join(""), make(phrase));
      position = end;
    }
    drawn.append(characters.slice(position).join(""));
    parts.push(drawn);
  }
  paragraph.replaceChildren(...parts);
}

/** A marked phrase: category by colour and kind of line, strength by its thickness. */
export function mark(phrase) {
  return element("mark", { className: look(phrase) }, phrase.text);
}

export function look(phrase) {
  const [strength] = STRENGTHS.find(([, least]) => phrase.score >= least);
  const others = VOICES[phrase.voice].counts ? "" : " others";
  return `phrase c-${phrase.category || "unlisted"} ${strength}${others}`;
}
