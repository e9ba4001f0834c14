// Short answers that the assistant offers below its last line: a click says one. They
// go when somebody has said something since, and when the assistant is left.
import { clone, setText, show } from "../../core/dom.js";

export class Choices {
  #place;
  #onChoose;
  #isOpen = false;
  #seq = 0; // the last line they were judged by
  #texts = [];

  constructor(place, onChoose) {
    this.#place = place;
    this.#onChoose = onChoose;
  }

  // The lines of the conversation, whenever some are new.
  put(messages) {
    const said = messages.filter(({ kind, seq }) => kind === "text" && seq > this.#seq);
    const last = said.reduce((a, b) => (b.seq > a.seq ? b : a), { seq: 0 });
    if (last.seq === 0) return;
    this.#seq = last.seq;
    this.#texts = last.sender.kind === "bot" ? last.buttons : [];
    this.#draw();
  }

  // Whether the assistant answers still.
  open(isOpen) {
    this.#isOpen = isOpen;
    this.#draw();
  }

  // The customer has said something, which is on its way.
  clear() {
    this.#texts = [];
    this.#draw();
  }

  startOver() {
    this.#seq = 0;
    this.clear();
  }

  #draw() {
    const buttons = this.#isOpen ? this.#texts.map((text) => this.#button(text)) : [];
    this.#place.replaceChildren(...buttons);
    show(this.#place, buttons.length > 0);
  }

  #button(text) {
    const button = clone("choice");
    setText(button, text);
    button.addEventListener("click", () => this.#onChoose(text));
    return button;
  }
}
