// The draft, kept in this browser alone, so that it is there after the page was closed.

const KEY = "biasdetect draft";

export function stored() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return typeof draft?.text === "string" ? draft : undefined;
  } catch {
    return undefined; // switched off, or not ours
  }
}

/** Keep a draft; without what it was opened from where that is too large. Says whether it is kept. */
export function store(draft) {
  for (const kept of [draft, { ...draft, original: undefined }]) {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
      return true;
    } catch {
      // no room: once more without the original, then not at all
    }
  }
  return false;
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing is kept where nothing may be
  }
}
