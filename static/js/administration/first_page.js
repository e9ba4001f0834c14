// Keeps the first page of the administration up to date: every 30 seconds the page is
// asked for again, and the parts of it that differ take the place of the old ones. A
// hidden page asks nothing, and is brought up to date once it is seen.
import { focusOn, setText } from "../core/dom.js";
import { say } from "../core/words.js";

const PAUSE = 30_000;
const PATIENCE = 15_000;
const stale = document.querySelector("[data-stale]");
const page = document.querySelector("[data-person]");
let askedAt = Date.now();

if (page) {
  setInterval(refreshIfDue, 1000);
  document.addEventListener("visibilitychange", refreshIfDue);
}

function refreshIfDue() {
  if (document.hidden || Date.now() - askedAt < PAUSE) return;
  askedAt = Date.now();
  refresh();
}

async function refresh() {
  try {
    const answer = await fetch(location.href, {
      headers: { "X-Parley-Refresh": "1" }, // nobody is at work: the session goes on idling
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status >= 500) throw new Error(answer.status);
    const text = await answer.text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const person = fresh.querySelector("[data-person]")?.dataset.person;
    if (person === page.dataset.person) put(fresh);
    setText(stale, person === page.dataset.person ? "" : say("signed_out"));
  } catch {
    setText(stale, say("failed"));
  }
}

function put(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const part = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (part && !part.isEqualNode(old) && !isBeingMarked(old)) replace(old, part);
  }
}

// What somebody is about to copy stays as it is until the next time.
function isBeingMarked(part) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

function replace(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const links = [...old.querySelectorAll("a[href]")];
  const same = links.filter((link) => link.href === focused?.href).indexOf(focused);
  const fresh = document.importNode(part, true);
  old.replaceWith(fresh);
  if (!focused) return;
  const again = [...fresh.querySelectorAll("a[href]")].filter(
    (link) => link.href === focused.href,
  );
  if (again[same]) again[same].focus({ preventScroll: true });
  else focusOn(fresh.querySelector("h2") ?? fresh);
}
