// The place in the queue and the estimated wait, in words.
import { setText, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";

const WAITING = new Set(["queued", "offered"]);

export class Waiting {
  #banner;

  constructor(banner) {
    this.#banner = banner;
  }

  put({ state, queue_position: place, estimated_wait_seconds: seconds }) {
    show(this.#banner, WAITING.has(state));
    setText(slot(this.#banner, "place"), placeInWords(place));
    setText(slot(this.#banner, "estimate"), estimateInWords(seconds));
    show(slot(this.#banner, "estimate"), seconds !== null);
  }
}

function placeInWords(place) {
  if (place === null) return say("waiting-soon");
  return place === 1 ? say("waiting-next") : say("waiting-place", { place });
}

function estimateInWords(seconds) {
  if (seconds === null) return "";
  const count = Math.round(seconds / 60);
  if (count < 1) return say("estimate-short");
  return count === 1 ? say("estimate-one") : say("estimate", { count });
}
