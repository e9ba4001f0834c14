// The place in the queue and the estimated wait, in words; no place where nobody is there
// to keep it, or where an agent is passing the chat on.
import { setText, show, slot } from "../../core/dom.js";
import { say, sayCount } from "../../core/words.js";

const WAITING = new Set(["queued", "offered"]);

export class Waiting {
  #banner;

  constructor(banner) {
    this.#banner = banner;
  }

  put({ state, queue_position: place, estimated_wait_seconds: seconds, attended }) {
    show(this.#banner, WAITING.has(state));
    setText(slot(this.#banner, "place"), placeInWords(state, place, attended));
    setText(slot(this.#banner, "estimate"), estimateInWords(seconds));
    show(slot(this.#banner, "estimate"), attended && place !== null && state === "queued");
  }
}

function placeInWords(state, place, attended) {
  if (state === "offered") return say(place === null ? "waiting-passed" : "waiting-called");
  if (!attended) return say("waiting-nobody");
  if (place === null) return say("waiting-soon");
  return place === 1 ? say("waiting-next") : say("waiting-place", { place });
}

function estimateInWords(seconds) {
  if (seconds === null) return say("estimate-unknown");
  const count = Math.round(seconds / 60);
  if (count < 1) return say("estimate-short");
  return sayCount("estimate", count);
}
