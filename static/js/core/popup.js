// A panel beside its button: Escape, a press outside and leaving it by Tab close it.
//
//   const popup = new Popup({ button, onLeave: (options) => this.close(options) });
//   popup.open(panel, place);    // listens, and says so at the button
//   popup.panel;                 // while it is open, else null
//   popup.close();               // returns whether the focus was in it
import { isComposing } from "./keys.js";

export class Popup {
  #button;
  #onLeave;
  #isBeside;
  #panel = null;
  #outside = ({ target }) => this.#left(target);

  // `onLeave({ wantsFocus })` closes it; `isBeside(target)`: what belongs to it elsewhere.
  constructor({ button, onLeave, isBeside = () => false }) {
    this.#button = button;
    this.#onLeave = onLeave;
    this.#isBeside = isBeside;
  }

  get panel() {
    return this.#panel;
  }

  open(panel, place) {
    this.#panel = panel;
    panel.addEventListener("keydown", (event) => this.#key(event));
    panel.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget));
    place.append(panel);
    this.#button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", this.#outside);
  }

  close() {
    const panel = this.#panel;
    const hadFocus = panel.contains(document.activeElement);
    document.removeEventListener("pointerdown", this.#outside);
    this.#button.setAttribute("aria-expanded", "false");
    this.#panel = null; // its focus leaves it as it goes
    panel.remove();
    return hadFocus;
  }

  #key(event) {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#onLeave({ wantsFocus: true });
  }

  #left(target) {
    if (!target || !this.#panel) return;
    const isInside = this.#panel.contains(target) || this.#button.contains(target);
    if (!isInside && !this.#isBeside(target)) this.#onLeave({ wantsFocus: false });
  }
}
