// The page of a contact that is offered: nothing to read before it is accepted.
import { clone, fill, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { Heading } from "./heading.js";

export class Offer {
  element = clone("offer-page");
  heading;

  constructor({ onBack, onDetails }) {
    this.heading = new Heading({ page: this.element, onBack, onDetails });
  }

  put(card) {
    this.heading.put(card, { since: card.offered_at });
    fill(this.element, { note: card.note, "note-title": say("note-from", { name: card.requested_by }) });
    show(slot(this.element, "note-box"), Boolean(card.note));
  }

  focus() {
    slot(this.element, "heading").focus();
  }

  look() {}

  stop() {
    this.heading.stop();
  }
}
