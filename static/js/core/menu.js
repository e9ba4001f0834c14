// A menu button: opens, moves with the arrow keys or the first letter, closes on
// Escape, Tab and a click outside, and gives the focus back.
//
//   const menu = new Menu({ button, list, onPick: (item) => {} });
import { show } from "./dom.js";

export class Menu {
  #button;
  #list;
  #onOpen;
  #onPick;

  constructor({ button, list, onOpen = () => {}, onPick }) {
    this.#button = button;
    this.#list = list;
    this.#onOpen = onOpen;
    this.#onPick = onPick;
    button.addEventListener("click", () => (this.#isOpen ? this.close() : this.open()));
    button.addEventListener("keydown", (event) => this.#keyOnButton(event));
    list.addEventListener("keydown", (event) => this.#keyInList(event));
    list.addEventListener("click", (event) => this.#pick(event.target));
    document.addEventListener("pointerdown", (event) => this.#pressed(event.target));
  }

  open(wanted = null) {
    show(this.#list);
    this.#button.setAttribute("aria-expanded", "true");
    this.#onOpen();
    (wanted ?? this.#checked ?? this.#items[0])?.focus();
  }

  close({ wantsFocus = true } = {}) {
    if (!this.#isOpen) return;
    show(this.#list, false);
    this.#button.setAttribute("aria-expanded", "false");
    if (wantsFocus) this.#button.focus();
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  get #items() {
    return [...this.#list.querySelectorAll("[role^='menuitem']:not([hidden])")];
  }

  get #checked() {
    return this.#list.querySelector("[role='menuitemradio'][aria-checked='true']");
  }

  #pick(target) {
    const item = target.closest("[role^='menuitem']");
    if (!item) return;
    this.close();
    this.#onPick(item);
  }

  #pressed(target) {
    if (this.#list.contains(target) || this.#button.contains(target)) return;
    this.close({ wantsFocus: false });
  }

  #keyOnButton(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.open(event.key === "ArrowUp" ? this.#items.at(-1) : null);
  }

  #keyInList(event) {
    if (event.key === "Tab") return this.close({ wantsFocus: false });
    const moves = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      Home: () => this.#items[0]?.focus(),
      End: () => this.#items.at(-1)?.focus(),
      Escape: () => this.close(),
    };
    const move = moves[event.key] ?? (() => this.#startingWith(event));
    if (event.key in moves) {
      event.preventDefault();
      event.stopPropagation();
    }
    move();
  }

  #step(by) {
    const items = this.#items;
    const at = items.indexOf(document.activeElement);
    items[(at + by + items.length) % items.length]?.focus();
  }

  #startingWith({ key, altKey, ctrlKey, metaKey }) {
    if (key.length !== 1 || key === " " || altKey || ctrlKey || metaKey) return;
    const items = this.#items;
    const at = items.indexOf(document.activeElement) + 1;
    const beginning = key.toLocaleLowerCase();
    [...items.slice(at), ...items.slice(0, at)]
      .find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(beginning))
      ?.focus();
  }
}
