// The page of a contact that is offered: of the conversation only the customer's last
// line can be read before it is accepted.
import { clone, fill, show, slot, whileBusy } from "../../core/dom.js";
import { report } from "../../core/refusal.js";
import { say } from "../../core/words.js";
import { drawControls } from "./controls.js";
import { Heading } from "./heading.js";
import { handoverName } from "./names.js";

export class Offer {
  element = clone("offer-page");
  heading;
  #contact;
  #offers;

  constructor({ contact, offers, onBack, onDetails }) {
    this.#contact = contact;
    this.#offers = offers;
    this.heading = new Heading({ page: this.element, onBack, onDetails });
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.#answer(button.dataset.control));
    }
  }

  put(card) {
    this.heading.put(card, { since: card.offered_at });
    fill(this.element, { note: card.note, "note-title": say("note-from", { name: card.requested_by }) });
    show(slot(this.element, "note-box"), Boolean(card.note));
    report(slot(this.element, "handover"), handoverName(card));
    fill(this.element, { words: card.last_message?.text });
    show(slot(this.element, "words"), Boolean(card.last_message));
    drawControls(this.element, card.controls);
  }

  focus() {
    slot(this.element, "heading").focus();
  }

  look() {}

  stop() {
    this.heading.stop();
  }

  get #buttons() {
    return [...this.element.querySelectorAll("[data-control]")];
  }

  // `name`: accept or decline.
  #answer(name) {
    const problem = slot(this.element, "problem");
    whileBusy(this.#buttons, async () => {
      report(problem, "");
      report(problem, await this.#offers[name](this.#contact));
    });
  }
}
