// Answering an offer: accept() and decline(), from the card or by a key.
import { sentence } from "../../core/refusal.js";

export class Offers {
  #state;
  #doubts;
  #command;
  #onAccepted;
  #onSay;

  // `onAccepted(contact)`: open it. `onSay(text)`: above the list.
  constructor({ state, doubts, command, onAccepted, onSay }) {
    this.#state = state;
    this.#doubts = doubts;
    this.#command = command;
    this.#onAccepted = onAccepted;
    this.#onSay = onSay;
  }

  // Both answer with what the card is to say, "" where all went well.
  // Who has gone on to something else before the answer came stays there.
  accept(contact) {
    const before = document.activeElement;
    return this.#answer(contact, "accept", () => {
      const now = document.activeElement;
      if (now === before || now === document.body) this.#onAccepted(contact);
    });
  }

  decline(contact) {
    return this.#answer(contact, "decline");
  }

  async acceptOldest() {
    const offer = this.#state.cards.find(({ controls }) => controls.includes("accept"));
    if (!offer) return;
    const problem = await this.accept(offer.contact);
    if (problem) this.#onSay(problem);
  }

  // A refusal that takes the card away is said above the list.
  async #answer(contact, name, done = () => {}) {
    this.#onSay("");
    try {
      await this.#command(contact, name);
    } catch (error) {
      if (!this.#doubts.isAbout(error)) return sentence(error);
      this.#onSay(sentence(error));
      return "";
    }
    done();
    return "";
  }
}
