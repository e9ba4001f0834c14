// The closed page: why, when it opens again by the visitor's own clock, and asking anew
// when the time comes.
import { setText, show, slot } from "../../core/dom.js";
import { clockTime, dayAhead, until } from "../../core/time.js";
import { say } from "../../core/words.js";

const SOONEST = 10_000; // milliseconds: a clock that is ahead asks no faster
const LATEST = 600_000; // the hours may be changed meanwhile
const SPREAD = 5_000; // not everybody in the same moment

export class Closed {
  #view;
  #ask;
  #timer = null;
  #askedAt = 0;

  constructor({ view, onAsk }) {
    this.#view = view;
    this.#ask = onAsk;
    slot(view, "retry").addEventListener("click", onAsk);
    // Timers stand still while a machine sleeps.
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  put({ closed_reason: reason, opens_at: opensAt }) {
    this.say(say(`closed-${reason}`));
    setText(slot(this.#view, "closed-when"), opensAt ? whenInWords(opensAt) : "");
    show(slot(this.#view, "closed-when"), Boolean(opensAt));
    if (!opensAt) return;
    this.#askedAt = Date.now();
    const wait = Math.max(SOONEST, until(opensAt) + Math.random() * SPREAD);
    this.#timer = setTimeout(this.#ask, Math.min(wait, LATEST));
  }

  // Say something else that keeps the chat from beginning.
  say(text) {
    this.leave();
    setText(slot(this.#view, "closed-text"), text);
    show(slot(this.#view, "closed-when"), false);
  }

  leave() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake() {
    if (this.#timer === null || document.hidden) return;
    if (Date.now() - this.#askedAt >= SOONEST) this.#ask();
  }
}

function whenInWords(opensAt) {
  const time = clockTime(opensAt);
  const { days, name } = dayAhead(opensAt);
  if (days === 0) return say("opens-today", { time });
  return days === 1 ? say("opens-tomorrow", { time }) : say("opens-on", { day: name, time });
}
