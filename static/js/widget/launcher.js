// The button that opens the panel and closes it, with the number of unread lines.
import { element, icon } from "./dom.js";

const BUBBLE = "M12 4a8 8 0 1 1-4.300 14.700L4 20l1.300-3.700A8 8 0 0 1 12 4Z";
const DOWN = "m6 9.500 6 6 6-6";
const MOST = 99;

export class Launcher {
  #button;
  #badge = element("span", { class: "launcher__badge", "aria-hidden": "true", hidden: "" });
  #news = element("span", { class: "unseen", role: "status", id: "news" });

  #sentence;

  // `sentence(count)` says how many lines are unread.
  constructor({ label, onClick, sentence }) {
    this.#sentence = sentence;
    const text = element("span", { class: "launcher__text" }, label);
    this.#button = element(
      "button",
      {
        ...{ type: "button", class: "launcher", "aria-expanded": "false" },
        ...{ "aria-controls": "panel", "aria-describedby": "news" },
      },
      ...[icon(BUBBLE, "open"), icon(DOWN, "close"), text, this.#badge],
    );
    this.#button.addEventListener("click", onClick);
    this.element = element("div", { class: "corner" }, this.#button, this.#news);
  }

  focus() {
    this.#button.focus();
  }

  open(isOpen) {
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }

  unread(count) {
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > MOST ? `${MOST}+` : String(count);
    this.#news.textContent = count === 0 ? "" : this.#sentence(count);
  }
}
