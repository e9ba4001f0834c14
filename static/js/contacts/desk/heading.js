// The head of a page in the centre: whose contact it is, since when, and the
// buttons for Info and History.
import { fill, setText, show, slot } from "../../core/dom.js";
import { report } from "../../core/refusal.js";
import { minutes, onTick, since } from "../../core/time.js";
import { customerName, initials, where } from "./names.js";
import { absence } from "./waits.js";

export class Heading {
  #page;
  #card = null;
  #since = null;
  #until = null;
  #stop;

  constructor({ page, onBack, onDetails }) {
    this.#page = page;
    slot(page, "back").addEventListener("click", onBack);
    for (const button of page.querySelectorAll("[data-details]")) {
      button.addEventListener("click", () => onDetails(button.dataset.details));
    }
    this.#stop = onTick(() => this.#tick());
  }

  stop() {
    this.#stop();
  }

  // `heading`: the words of the heading; the timer counts from `since`, and stands still
  // at `until`.
  put(card, { heading = customerName(card), about = where(card), since: from, until = null }) {
    this.#card = card;
    this.#since = from;
    this.#until = until;
    fill(this.#page, { heading, where: about, initials: initials(customerName(card)) });
    this.#tick();
  }

  // `open`: which of Info and History is open; `elsewhere`: what waits in the list.
  mark({ open, elsewhere }) {
    for (const button of this.#page.querySelectorAll("[data-details]")) {
      button.setAttribute("aria-pressed", button.dataset.details === open);
    }
    fill(this.#page, { elsewhere });
    show(slot(this.#page, "elsewhere"), elsewhere > 0);
  }

  #tick() {
    setText(slot(this.#page, "timer"), this.#since && minutes(this.#elapsed()));
    report(slot(this.#page, "away"), this.#card ? absence(this.#card) : "");
  }

  #elapsed() {
    return this.#until ? Date.parse(this.#until) - Date.parse(this.#since) : since(this.#since);
  }
}
