"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const controls = document.getElementById("controls");
  if (!controls) return;
  const list = document.getElementById("list");
  const aside = list.closest("aside");
  const threshold = document.getElementById("threshold");
  const others = document.getElementById("others");
  const wide = matchMedia("screen and (min-width: 60rem)");
  const GAP = 10; // pixels between two cards
  const DRIFT = 100; // pixels that a card may lie above or below its phrase; one with no room there waits to be chosen
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
    // a house style may flag a category from a lower score on than the report's threshold
    const reached = marks.filter((mark) => mark.score >= lowest || (!mark.weak && lowest <= data.threshold));
    const on = new Set(reached.filter((mark) => categories.has(mark.category) && (mark.counts || !others || others.checked)));
    shown = marks.filter((mark) => on.has(mark));
    for (const mark of marks) {
      mark.card.hidden = !on.has(mark);
      mark.link.classList.toggle("off", !on.has(mark));
      mark.tick.classList.toggle("off", !on.has(mark));
      for (const name of ["data-number", "href", "aria-describedby"]) mark.link.removeAttribute(name);
    }
    shown.forEach((mark, index) => {
      // numbers, which are for paper, are those of what is shown, without gaps
      mark.link.dataset.number = mark.card.querySelector(".number").textContent = index + 1;
      mark.link.href = `#c${mark.number}`;
      mark.link.setAttribute("aria-describedby", `c${mark.number}`);
    });
    for (const count of controls.querySelectorAll("[data-category]")) {
      const number = reached.filter((mark) => mark.category === count.dataset.category).length;
      count.textContent = number;
      count.closest("label").hidden = !number;
    }
    const quoted = document.getElementById("quoted");
    if (quoted) {
      quoted.textContent = reached.filter((mark) => !mark.counts).length;
      quoted.closest("label").hidden = quoted.textContent === "0";
    }
    controls.classList.toggle("lowered", reached.length > 0);
    document.getElementById("level").textContent = Number(threshold.value).toFixed(2);
    const own = shown.filter((mark) => mark.counts).length;
    const rest = shown.length - own;
    document.getElementById("status").textContent = own + rest === reached.length && lowest === data.threshold
      ? "Click a phrase, or press j and k, for its note."
      : `${own} ${own === 1 ? "phrase" : "phrases"} of your own shown` + (rest ? `, and ${rest} in quoted words.` : ".");
    activate(on.has(active) ? active : null);
  }

  function activate(mark) {
    for (const [part, on] of [[active, false], [mark, true]]) {
      part?.link.classList.toggle("active", on);
      part?.card.classList.toggle("active", on);
    }
    active = mark;
    aside.classList.toggle("open", Boolean(mark));
    document.getElementById("at").textContent = mark ? `${shown.indexOf(mark) + 1} of ${shown.length}` : "";
    place();
    if (mark && !wide.matches) uncover(mark);
  }

  // on a small screen the note is a sheet at the foot of the window: it may not lie over its phrase
  function uncover(mark) {
    aside.scrollTop = 0;
    const phrase = mark.link.getBoundingClientRect();
    const hidden = phrase.bottom + 12 - aside.getBoundingClientRect().top;
    if (hidden > 0) scrollBy(0, Math.min(hidden, phrase.top - 12));
    else if (phrase.top < 0) scrollBy(0, phrase.top - 12);
  }

  // beside the text: the chosen card level with its phrase and in view, then the others, those with the highest scores
  // first, each as near to its phrase as there is room
  function place() {
    list.classList.toggle("beside", wide.matches);
    list.classList.remove("small");
    list.style.minHeight = "";
    for (const mark of marks) {
      mark.card.style.top = "";
      mark.card.classList.remove("away");
    }
    if (!wide.matches || !shown.length || lay()) return;
    list.classList.add("small"); // what to do alone, so that more of them find room
    for (const mark of marks) mark.card.classList.remove("away");
    lay();
  }

  /** Gives each card its place; returns whether all of them have one. */
  function lay() {
    const origin = list.getBoundingClientRect().top;
    const boxes = shown.map((mark, index) => {
      const phrase = mark.link.getClientRects()[0] ?? mark.link.getBoundingClientRect();
      return { mark, index, level: Math.max(0, phrase.top - origin - 4), height: mark.card.offsetHeight };
    });
    let placed = [];
    const chosen = boxes[shown.indexOf(active)];
    if (chosen) {
      const lowest = innerHeight - origin - chosen.height - 8;
      const highest = 8 - origin;
      const phrase = active.link.getBoundingClientRect();
      const seen = phrase.bottom > 0 && phrase.top < innerHeight;
      chosen.top = seen ? Math.max(0, highest, Math.min(chosen.level, lowest)) : chosen.level;
      placed.push(chosen);
    }
    if (stack(boxes, chosen)) placed = boxes;
    else choose(boxes, chosen, placed);
    for (const box of boxes) box.mark.card.style.top = `${box.top}px`;
    const last = placed.at(-1);
    list.style.minHeight = `${last.top + last.height}px`;
    return placed.length === boxes.length;
  }

  /** Puts all cards in order from the chosen one up and down; returns whether none is far from its phrase. */
  function stack(boxes, chosen) {
    const at = chosen ? chosen.index : -1;
    for (let index = at - 1; index >= 0; index -= 1) {
      boxes[index].top = Math.min(boxes[index].level, boxes[index + 1].top - boxes[index].height - GAP);
    }
    for (let index = at + 1; index < boxes.length; index += 1) {
      const from = index ? boxes[index - 1].top + boxes[index - 1].height + GAP : 0;
      boxes[index].top = Math.max(boxes[index].level, from);
    }
    return boxes.every((box) => box === chosen || box.top >= 0 && Math.abs(box.top - box.level) <= DRIFT);
  }

  /** Gives a place to the cards with the highest scores that find room; the others are away until they are chosen. */
  function choose(boxes, chosen, placed) {
    const ranked = boxes.filter((box) => box !== chosen);
    ranked.sort((a, b) => Number(b.mark.counts) - Number(a.mark.counts) || b.mark.score - a.mark.score || a.index - b.index);
    for (const box of ranked) {
      // neighbours in the order of the text among those that have their place
      let at = 0;
      for (let end = placed.length; at < end;) {
        const middle = (at + end) >> 1;
        if (placed[middle].index < box.index) at = middle + 1;
        else end = middle;
      }
      const from = at ? placed[at - 1].top + placed[at - 1].height + GAP : 0;
      const to = at < placed.length ? placed[at].top - GAP - box.height : Infinity;
      box.top = Math.max(from, Math.min(box.level, to));
      if (box.top > to || Math.abs(box.top - box.level) > DRIFT) box.mark.card.classList.add("away");
      else placed.splice(at, 0, box);
    }
  }

  function go(mark) {
    const phrase = mark.link.getBoundingClientRect();
    const foot = wide.matches ? innerHeight : innerHeight / 2;
    mark.link.focus({ preventScroll: true });
    if (phrase.top < 60 || phrase.bottom > foot) {
      scrollBy(0, phrase.top - foot / 3);
    }
    activate(mark);
  }

  function step(by) {
    if (!shown.length) return;
    const at = shown.indexOf(active);
    go(shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by))]);
  }

  for (const mark of marks) {
    mark.link.addEventListener("focus", () => active === mark || activate(mark));
    mark.link.addEventListener("click", (event) => {
      if (mark.card.hidden) return;
      event.preventDefault();
      activate(mark);
    });
    mark.card.addEventListener("click", (event) => {
      event.preventDefault();
      if (active !== mark || event.target.closest("a")) go(mark);
    });
  }
  for (const link of document.querySelectorAll(".worst a")) {
    link.addEventListener("click", (event) => {
      const mark = shown.find((mark) => `#p${mark.number}` === link.getAttribute("href"));
      if (!mark) return;
      event.preventDefault();
      go(mark);
    });
  }
  for (const button of document.querySelectorAll("#steps [data-by]")) {
    button.addEventListener("click", () => step(Number(button.dataset.by)));
  }
  document.getElementById("close").addEventListener("click", () => {
    const { link } = active;
    activate(null);
    link.focus({ preventScroll: true });
    activate(null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.closest?.("input, button, summary");
    const onPhrase = event.target.classList?.contains("phrase");
    if (event.key === "Escape") activate(null);
    else if (event.key === "j" && !typing || onPhrase && ["ArrowRight", "ArrowDown"].includes(event.key)) step(1);
    else if (event.key === "k" && !typing || onPhrase && ["ArrowLeft", "ArrowUp"].includes(event.key)) step(-1);
    else return;
    event.preventDefault();
  });
  document.querySelector('.about a[href="#scores"]').addEventListener("click", () => {
    document.getElementById("figures").open = true;
  });
  controls.addEventListener("input", filter);
  threshold.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(filter));
  addEventListener("resize", place);
  addEventListener("load", place);
  addEventListener("afterprint", place);
  document.body.classList.add("scripted");
  for (const name of ["controls", "steps", "threshold-row"]) document.getElementById(name).hidden = false;
  filter();
})();
