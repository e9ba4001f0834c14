// The name of this page, kept over a reload, and while one goes from page to page of a
// site with the widget: by it the server knows which page has a video call. A page that
// was duplicated takes a new one.
import { newId } from "../core/ids.js";

const KEY = "parley.tab";

export const tab = await take();

async function take() {
  const kept = read();
  const isOurs = kept !== null && (isReload() || (await isFree(kept)));
  const name = isOurs ? kept : newId();
  write(name);
  hold(name);
  return name;
}

// The one before is gone, though its lock may not be yet.
function isReload() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry?.type === "reload";
}

// A copy of a tab has a copy of what was kept; its original holds the lock.
async function isFree(name) {
  if (!navigator.locks) return false;
  return navigator.locks.request(KEY + name, { ifAvailable: true }, (lock) => lock !== null);
}

// For as long as the page is there.
function hold(name) {
  navigator.locks?.request(KEY + name, () => new Promise(() => {})).catch(() => {});
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
