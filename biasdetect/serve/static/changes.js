// What was changed in a text: by paragraphs, and in those by words.

const WORDS = /\s+|[\p{L}\p{N}\p{M}'’-]+|[^]/gu;
const MOST = 600; // steps that differ; more are taken as all new

/** Stretches `[start, end, new]` of a text, in order, that make another one of it. */
export function changes(before, after) {
  const found = [];
  const lines = (text) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
  let position = 0;
  for (const [same, gone, come] of compare(lines(before), lines(after))) {
    position += length(same);
    const [old, fresh] = [gone.join(""), come.join("")];
    let place = position;
    for (const [kept, out, into] of compare(old.match(WORDS) ?? [], fresh.match(WORDS) ?? [])) {
      place += length(kept);
      const size = length(out);
      if (size || into.length) found.push([place, place + size, into.join("")]);
      place += size;
    }
    position += old.length;
  }
  return found;
}

const length = (pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Runs of `[pieces that stay, pieces that go, pieces that come]`, by Myers' shortest path. */
function compare(before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const [old, fresh] = [before, after].map((pieces) => pieces.slice(head, pieces.length - tail));
  const runs = old.length && fresh.length ? path(old, fresh) : [[[], old, fresh]];
  if (runs.length) runs[0] = [[...before.slice(0, head), ...runs[0][0]], runs[0][1], runs[0][2]];
  return runs;
}

function path(old, fresh) {
  const best = new Map([[1, 0]]);
  const trace = [];
  for (let steps = 0; steps <= Math.min(MOST, old.length + fresh.length); steps += 1) {
    trace.push(new Map(best));
    for (let line = -steps; line <= steps; line += 2) {
      const down = line === -steps || (line !== steps && (best.get(line - 1) ?? -1) < (best.get(line + 1) ?? -1));
      let at = down ? best.get(line + 1) : best.get(line - 1) + 1;
      while (at < old.length && at - line < fresh.length && old[at] === fresh[at - line]) at += 1;
      best.set(line, at);
      if (at >= old.length && at - line >= fresh.length) return runsOf(trace, old, fresh, steps);
    }
  }
  return [[[], old, fresh]];
}

/** The path walked back from its end, as runs from the beginning. */
function runsOf(trace, old, fresh, steps) {
  let [x, y] = [old.length, fresh.length];
  const runs = [];
  const add = (kind, piece) => {
    if (!runs.length || (kind !== 0 && runs[0][0].length)) runs.unshift([[], [], []]);
    runs[0][kind].unshift(piece);
  };
  for (let step = steps; step > 0; step -= 1) {
    const best = trace[step];
    const line = x - y;
    const down = line === -step || (line !== step && (best.get(line - 1) ?? -1) < (best.get(line + 1) ?? -1));
    const [fromX, fromY] = down ? [best.get(line + 1), best.get(line + 1) - line - 1] : [best.get(line - 1), best.get(line - 1) - line + 1];
    while (x > fromX && y > fromY) add(0, old[((y -= 1), (x -= 1))]);
    if (down) add(2, fresh[(y -= 1)]);
    else add(1, old[(x -= 1)]);
  }
  while (x > 0 && y > 0) add(0, old[((y -= 1), (x -= 1))]);
  return runs;
}
