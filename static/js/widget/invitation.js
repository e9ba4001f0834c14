// A bubble beside the launcher that invites to chat. It takes no focus, and its place is
// there before, so that screen readers say politely what appears in it.
import { element, icon } from "./dom.js";

const SMALL_CROSS = "m8 8 8 8m0-8L8 16";

export class Invitation {
  #onAccept;
  #onDismiss;

  constructor({ onAccept, onDismiss }) {
    this.#onAccept = onAccept;
    this.#onDismiss = onDismiss;
    this.element = element("div", { class: "invitation__place", role: "status" });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get #isShown() {
    return this.element.childElementCount > 0;
  }

  show(text, words) {
    const accept = element("button", { type: "button", class: "invitation__text", dir: "auto" }, text);
    const close = element("button", { type: "button", class: "invitation__close" });
    close.setAttribute("aria-label", words.close);
    close.append(icon(SMALL_CROSS, "cross"));
    accept.addEventListener("click", () => this.#onAccept());
    close.addEventListener("click", () => this.#dismiss());
    this.element.append(element("div", { class: "invitation" }, accept, close));
  }

  hide() {
    this.element.replaceChildren();
  }

  #dismiss() {
    this.hide();
    this.#onDismiss();
  }

  #key(event) {
    if (event.key !== "Escape" || event.isComposing || !this.#isShown) return;
    event.stopPropagation(); // it is not about a dialog of the site
    this.#dismiss();
  }
}
