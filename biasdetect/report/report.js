"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const controls = document.getElementById("controls");
  if (!controls) return;
  const list = document.getElementById("list");
  const threshold = document.getElementById("threshold");
  const others = document.getElementById("others");
  const wide = matchMedia("screen and (min-width: 60rem)");
  const marks = data.phrases.map((phrase) => ({
    ...phrase,
    link: document.getElementById(`p${phrase.number}`),
    card: document.getElementById(`c${phrase.number}`),
    tick: document.querySelector(`[data-tick="${phrase.number}"]`),
  }));
  let shown = [];
  let active = null;

  // the slider moves in steps, and a report's threshold may lie between two
  const level = () => (threshold.value === threshold.defaultValue ? data.threshold : Number(threshold.value));

  function filter() {
    const categories = new Set(new FormData(controls).getAll("category"));
    const lowest = level();
    shown = [];
    for (const mark of marks) {
      // a house style may flag a category from a lower score on than the report's threshold
      const reached = mark.score >= lowest || (!mark.weak && lowest <= data.threshold);
      const on = reached && categories.has(mark.category) && (mark.counts || !others || others.checked);
      if (on) shown.push(mark);
      mark.card.hidden = !on;
      mark.link.classList.toggle("off", !on);
      mark.tick.classList.toggle("off", !on);
      if (on) {
        // numbers are those of what is shown, without gaps
        mark.link.dataset.number = mark.card.querySelector(".number").textContent = shown.length;
        mark.link.href = `#c${mark.number}`;
        mark.link.setAttribute("aria-describedby", `c${mark.number}`);
      } else {
        for (const name of ["data-number", "href", "aria-describedby"]) mark.link.removeAttribute(name);
      }
    }
    document.getElementById("level").textContent = Number(threshold.value).toFixed(2);
    const own = shown.filter((mark) => mark.counts).length;
    const rest = shown.length - own;
    document.getElementById("status").textContent =
      `${own} ${own === 1 ? "phrase" : "phrases"} shown` + (rest ? `, and ${rest} in the words of others` : "") +
      ". Keys: j and k, or arrows on a phrase, go to the next and the previous one.";
    activate(shown.includes(active) ? active : null);
  }

  function activate(mark) {
    for (const [part, on] of [[active, false], [mark, true]]) {
      part?.link.classList.toggle("active", on);
      part?.card.classList.toggle("active", on);
    }
    active = mark;
    place();
  }

  // where each card goes beside the text: level with its phrase as far as the others leave room, the active one first
  function places() {
    const gap = 8;
    const origin = list.getBoundingClientRect().top;
    const boxes = shown.map((mark) => {
      const level = Math.max(0, mark.link.getClientRects()[0].top - origin - 8);
      return { mark, level, top: level, height: mark.card.offsetHeight };
    });
    for (let index = shown.indexOf(active) - 1; index >= 0; index -= 1) {
      boxes[index].top = Math.min(boxes[index].top, boxes[index + 1].top - boxes[index].height - gap);
    }
    boxes[0].top = Math.max(0, boxes[0].top);
    for (let index = 1; index < boxes.length; index += 1) {
      boxes[index].top = Math.max(boxes[index].top, boxes[index - 1].top + boxes[index - 1].height + gap);
    }
    return boxes;
  }

  function place() {
    list.classList.remove("compact");
    list.classList.toggle("beside", wide.matches);
    list.style.minHeight = "";
    for (const mark of marks) mark.card.style.top = "";
    if (!wide.matches || !shown.length) return;
    let boxes = places();
    if (boxes.some((box) => Math.abs(box.top - box.level) > 350)) {
      list.classList.add("compact"); // too many to be read beside their phrases: a line each, save the active one
      boxes = places();
    }
    for (const box of boxes) box.mark.card.style.top = `${box.top}px`;
    const last = boxes.at(-1);
    list.style.minHeight = `${last.top + last.height}px`;
  }

  function step(by) {
    if (!shown.length) return;
    const at = shown.indexOf(active);
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by))];
    next.link.focus();
    activate(next);
  }

  for (const mark of marks) {
    mark.link.addEventListener("focus", () => activate(mark));
    mark.link.addEventListener("click", (event) => {
      if (!wide.matches || mark.card.hidden) return;
      event.preventDefault();
      activate(mark);
    });
    mark.card.addEventListener("click", () => activate(mark));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const inControls = controls.contains(event.target);
    const onPhrase = event.target.classList?.contains("phrase");
    if (event.key === "Escape") activate(null);
    else if (event.key === "j" && !inControls || onPhrase && ["ArrowRight", "ArrowDown"].includes(event.key)) step(1);
    else if (event.key === "k" && !inControls || onPhrase && ["ArrowLeft", "ArrowUp"].includes(event.key)) step(-1);
    else return;
    event.preventDefault();
  });
  controls.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(filter));
  addEventListener("resize", place);
  addEventListener("load", place);
  addEventListener("beforeprint", () => {
    list.classList.remove("compact");
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  addEventListener("afterprint", place);
  controls.hidden = false;
  filter();
})();
