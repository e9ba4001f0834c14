// The keys of the desk. They work everywhere but in a dialog; `?` only where
// nothing is being typed, and not for those who switch it off: who speaks to the
// machine presses single keys without wanting to.
import { slot } from "../core/dom.js";
import { isComposing } from "../core/keys.js";
import * as store from "../core/store.js";

const NO_SINGLE_KEY = "desk.no-single-key";

export class Shortcuts {
  #dialog = document.querySelector("[data-dialog='shortcuts']");
  #onCard;
  #onAccept;
  #onNote;
  #onRespond;

  // `onCard(n)`: Alt+1 to Alt+9. `onAccept()`: Alt+A. `onNote()`: Alt+N.
  // `onRespond()`: Ctrl+/.
  constructor({ root, onCard, onAccept, onNote, onRespond }) {
    this.#onCard = onCard;
    this.#onAccept = onAccept;
    this.#onNote = onNote;
    this.#onRespond = onRespond;
    slot(root, "shortcuts-button").addEventListener("click", () => this.#dialog.showModal());
    const choice = slot(this.#dialog, "single-key");
    choice.checked = !store.read(NO_SINGLE_KEY);
    choice.addEventListener("change", () => store.write(NO_SINGLE_KEY, !choice.checked));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  // By the place of the key, not its letter: with Alt some systems type others.
  #key(event) {
    if (document.querySelector("dialog:modal") || isComposing(event)) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey) return this.#withAlt(event);
    if (event.key === "/" && event.ctrlKey && !event.metaKey) return this.#respond(event);
    if (event.key !== "?" || isTyping(event.target) || store.read(NO_SINGLE_KEY)) return;
    event.preventDefault();
    this.#dialog.showModal();
  }

  #respond(event) {
    event.preventDefault();
    this.#onRespond();
  }

  #withAlt(event) {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (!digit && !["KeyA", "KeyN"].includes(event.code)) return;
    event.preventDefault();
    if (digit) this.#onCard(Number(digit));
    else if (event.code === "KeyA") this.#onAccept();
    else this.#onNote();
  }
}

function isTyping(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}
