// The button that opens the panel and closes it, with the number of unread lines.
import { element, icon } from "./dom.js";

const BUBBLE = "M12 4a8 8 0 1 1-4.300 14.700L4 20l1.300-3.700A8 8 0 0 1 12 4Z";
const RING = "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z";
const ICONS = {
  bubble: BUBBLE,
  dots: `${BUBBLE}M8.500 12h.01m3.490 0h.01m3.490 0h.01`,
  question: `${RING}M9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.8.4-1.100.9-1.100 1.800M12 17h.01`,
  headset:
    "M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v5H5.500A1.500 1.500 0 0 1 4 17.500Zm16 0h-3v5h1.500" +
    "a1.500 1.500 0 0 0 1.500-1.500Zm-2 5c-1 1.300-2.600 2-4.500 2",
  smile: `${RING}M8.500 14a4 4 0 0 0 7 0M9 9.500h.01m5.990 0h.01`,
};
const DOWN = "m6 9.500 6 6 6-6";
const MOST = 99;

export class Launcher {
  #button;
  #badge = element("span", { class: "launcher__badge", "aria-hidden": "true", hidden: "" });
  #news = element("span", { class: "unseen", role: "status", id: "news" });

  #sentence;

  // `sentence(count)` says how many lines are unread.
  constructor({ label, picture, onClick, sentence }) {
    this.#sentence = sentence;
    const text = element("span", { class: "launcher__text" }, label);
    this.#button = element(
      "button",
      {
        ...{ type: "button", class: "launcher", "aria-expanded": "false" },
        ...{ "aria-controls": "panel", "aria-describedby": "news" },
      },
      ...[icon(Object.hasOwn(ICONS, picture) ? ICONS[picture] : BUBBLE, "open"), icon(DOWN, "close"), text, this.#badge],
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
