// Small helpers for elements. Text is only ever text: nothing of an article becomes markup.

export const at = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Say something to everybody, also to those who listen to the page. */
export function say(text) {
  if (at("status").textContent !== text) at("status").textContent = text;
}

/** The same call, once nothing has asked for it for a while. */
export function calm(milliseconds, work) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}
