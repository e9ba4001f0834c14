// The panel beside the tables: one thing at a time, and the way back to where it was
// opened from.
import { focusOn, setText, show, slot } from "../core/dom.js";
import { report } from "../core/refusal.js";
import { isComposing } from "../core/keys.js";

export class Panel {
  #panel;
  #title;
  #part = null;
  #opener = null;

  constructor({ root }) {
    this.#panel = slot(root, "panel");
    this.#title = slot(this.#panel, "panel-title");
    slot(this.#panel, "panel-close").addEventListener("click", () => this.close());
    // Wherever the focus is: what had it may be gone.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || isComposing(event) || this.#panel.hidden) return;
      if (!document.querySelector("dialog:modal")) this.close();
    });
  }

  // Show a part: { element, title, render(floor), tick(), stop() }. `opener` gets the
  // focus back.
  open(part, opener = null) {
    this.#part?.stop?.();
    this.#part = part;
    // From within the panel it stays the one outside.
    if (opener && !this.#panel.contains(opener)) this.#opener = opener;
    setText(this.#title, part.title);
    this.say("");
    this.problem("");
    slot(this.#panel, "panel-body").replaceChildren(part.element);
    show(this.#panel);
    focusOn(this.#title);
  }

  close() {
    this.#part?.stop?.();
    this.#part = null;
    show(this.#panel, false);
    slot(this.#panel, "panel-body").replaceChildren();
    if (this.#opener?.isConnected) this.#opener.focus();
    else focusOn(document.getElementById("needs-heading"));
    this.#opener = null;
  }

  render(floor) {
    this.#part?.render?.(floor);
    if (this.#part) setText(this.#title, this.#part.title);
  }

  tick() {
    this.#part?.tick?.();
  }

  focus() {
    focusOn(this.#title);
  }

  // What was done, and what was refused.
  say(text) {
    report(slot(this.#panel, "panel-state"), text);
  }

  problem(text) {
    report(slot(this.#panel, "panel-problem"), text);
  }
}
