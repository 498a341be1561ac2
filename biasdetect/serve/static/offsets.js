// Offsets: the server counts characters, JavaScript counts units, of which an emoji has two.

/** The unit that each character of a text begins at, and one more for its end; undefined where the two are one. */
function starts(text) {
  if (!/[\ud800-\udfff]/.test(text)) return undefined;
  const found = [];
  let unit = 0;
  for (const character of text) {
    found.push(unit);
    unit += character.length;
  }
  found.push(unit);
  return found;
}

/** A function that makes units of characters. */
export function unitsOf(text) {
  const found = starts(text);
  return found ? (character) => found[Math.min(character, found.length - 1)] : (character) => character;
}

/** A function that makes characters of units; inside a pair, the one before. */
export function charactersOf(text) {
  const found = starts(text);
  if (!found) return (unit) => unit;
  return (unit) => {
    let low = 0;
    let high = found.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (found[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

/** What was changed between two texts: `before.slice(start, end)` gave way to `fresh`. */
export function changeBetween(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { start, end: before.length - same, fresh: after.slice(start, after.length - same) };
}

/** Move places along with a change of the text. What shares characters with it is left out. */
export function moved(places, { start, end, fresh }) {
  const shift = fresh.length - (end - start);
  return places.filter((place) => {
    const inside = place.start === place.end ? start <= place.start && place.start <= end : place.start < end && start < place.end;
    if (inside) return false;
    if (place.start >= end) {
      place.start += shift;
      place.end += shift;
    }
    return true;
  });
}
