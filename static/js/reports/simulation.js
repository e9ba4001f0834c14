// How far the replay of a day is; the page is loaded again when it is over.
import { slot } from "../core/dom.js";

const EVERY = 2000; // milliseconds

const run = document.querySelector("[data-run]");
const progress = slot(run, "progress");

async function look() {
  try {
    const answer = await fetch(run.dataset.run, { headers: { Accept: "application/json" } });
    const { is_open: isOpen, progress: share } = await answer.json();
    if (!isOpen) {
      location.reload();
      return;
    }
    progress.value = share;
  } catch {
    // The server is away for a moment: it is asked again.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
