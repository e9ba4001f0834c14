// The name of this page, kept over a reload: by it the server knows which page has a
// video call. A page that was duplicated takes a new one.
import { newId } from "../core/ids.js";

const KEY = "parley.tab";

export const tab = take();

function take() {
  const kept = isReload() ? read() : null;
  const name = kept ?? newId();
  write(name);
  return name;
}

// A copy of a tab has a copy of what was kept, but it was not reloaded.
function isReload() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry?.type !== "navigate";
}

function read() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(name) {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // Then a reload cannot take the call up again.
  }
}
