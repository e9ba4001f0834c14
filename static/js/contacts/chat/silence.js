// A chat in which nothing is said ends after a while, where the organisation wants that.
// The customer is told in time, and goes on with one press.
import { show, slot } from "../../core/dom.js";
import { onTick, since } from "../../core/time.js";

const WARNED = 120_000; // milliseconds before the end; half of a time that is short

export class Silence {
  #banner;
  #limit; // milliseconds; 0: never
  #onLeave;
  #heardAt = null; // when the last line was written
  #isOn = false;
  #stopTick;

  // `onStay()`: the customer is there still. `onLeave()`: the focus has nowhere to be.
  constructor({ banner, onStay, onLeave }) {
    this.#banner = banner;
    this.#limit = Number(banner.dataset.seconds) * 1000;
    this.#onLeave = onLeave;
    slot(banner, "stay").addEventListener("click", () => onStay(slot(banner, "stay").textContent.trim()));
    this.#stopTick = this.#limit ? onTick(() => this.#draw()) : () => {};
  }

  // Who sees and hears each other need not write.
  put({ state, video }) {
    this.#isOn = state === "connected" && video?.state !== "live";
    this.#draw();
  }

  heard(messages) {
    for (const { created_at: at } of messages) {
      if (!this.#heardAt || at > this.#heardAt) this.#heardAt = at;
    }
    this.#draw();
  }

  stop() {
    this.#stopTick();
  }

  #draw() {
    const isDue = this.#isOn && this.#heardAt !== null && since(this.#heardAt) > this.#limit - this.#warning;
    const hadFocus = this.#banner.contains(document.activeElement);
    show(this.#banner, Boolean(this.#limit) && isDue);
    if (hadFocus && this.#banner.hidden) this.#onLeave();
  }

  get #warning() {
    return Math.min(WARNED, this.#limit / 2);
  }
}
