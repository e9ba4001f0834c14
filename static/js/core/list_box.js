// A list of which one entry is chosen, as the listbox pattern has it: the list
// itself has the focus; the arrow keys, Home, End and letters move, and what they
// reach is chosen, unless it can only be looked at. Tab alone chooses nothing.
//
//   const box = new ListBox({ list, newOption: () => clone("target"), onLook: (item) => {} });
//   box.put([{ id: 7, name: "Bob", disabled: false }], fillOption);
//   box.value;                    // the id that is chosen, or null
import { isComposing } from "./keys.js";

const FORGETS = 700; // milliseconds after which letters begin anew

export class ListBox {
  #list;
  #newOption;
  #onLook;
  #onChoose;
  #items = [];
  #value = null;
  #active = null; // the id that the keys have reached
  #typed = "";
  #typedAt = 0;

  // `onLook(item)`: the pointer or the keys are on it; null for none.
  constructor({ list, newOption, onLook = () => {}, onChoose = () => {} }) {
    this.#list = list;
    this.#newOption = newOption;
    this.#onLook = onLook;
    this.#onChoose = onChoose;
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focus", () => this.#reach(this.#activeItem ?? this.#first, false));
    list.addEventListener("blur", () => onLook(null));
    list.addEventListener("click", ({ target }) => this.#reach(this.#itemAt(target)));
    list.addEventListener("pointerover", ({ target }) => onLook(this.#itemAt(target)));
    list.addEventListener("pointerleave", () => onLook(this.#focusedItem));
  }

  get value() {
    return this.#value;
  }

  get chosen() {
    return this.#items.find(({ id }) => id === this.#value) ?? null;
  }

  // Put new entries; what was chosen stays chosen while it can be.
  put(items, fillOption) {
    this.#items = items;
    if (!items.some(({ id, disabled }) => id === this.#value && !disabled)) this.#value = null;
    if (!this.#activeItem) this.#active = null;
    const options = items.map((item, index) => {
      const option = this.#newOption();
      option.id = `${this.#list.id}-${index}`;
      if (item.disabled) option.setAttribute("aria-disabled", "true");
      fillOption(option, item);
      return option;
    });
    this.#list.replaceChildren(...options);
    this.#mark();
  }

  get #activeItem() {
    return this.#items.find(({ id }) => id === this.#active) ?? null;
  }

  get #focusedItem() {
    return document.activeElement === this.#list ? this.#activeItem : null;
  }

  get #first() {
    return this.#items.find(({ id }) => id === this.#value) ?? this.#items[0] ?? null;
  }

  #itemAt(target) {
    const option = target.closest("[role='option']");
    return this.#items[[...this.#list.children].indexOf(option)] ?? null;
  }

  #reach(item, isChoice = true) {
    if (!item) return;
    this.#active = item.id;
    if (isChoice && !item.disabled) this.#value = item.id;
    this.#mark();
    this.#list.children[this.#items.indexOf(item)].scrollIntoView({ block: "nearest" });
    this.#onLook(item);
    if (isChoice) this.#onChoose();
  }

  #mark() {
    this.#list.removeAttribute("aria-activedescendant");
    this.#items.forEach(({ id }, index) => {
      const option = this.#list.children[index];
      option.setAttribute("aria-selected", id === this.#value);
      option.toggleAttribute("data-active", id === this.#active);
      if (id === this.#active) this.#list.setAttribute("aria-activedescendant", option.id);
    });
  }

  #key(event) {
    if (isComposing(event)) return;
    const at = this.#items.indexOf(this.#activeItem);
    const last = this.#items.length - 1;
    const target = {
      ArrowDown: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: last,
      " ": at,
      Enter: at,
    }[event.key];
    if (target !== undefined) event.preventDefault();
    this.#reach(target === undefined ? this.#startingWith(event) : this.#items[target]);
  }

  #startingWith({ key, altKey, ctrlKey, metaKey, timeStamp }) {
    if (key.length !== 1 || altKey || ctrlKey || metaKey) return null;
    this.#typed = (timeStamp - this.#typedAt < FORGETS ? this.#typed : "") + key.toLocaleLowerCase();
    this.#typedAt = timeStamp;
    const from = this.#items.indexOf(this.#activeItem) + (this.#typed.length > 1 ? 0 : 1);
    const inOrder = [...this.#items.slice(from), ...this.#items.slice(0, from)];
    return inOrder.find(({ name }) => name.toLocaleLowerCase().startsWith(this.#typed));
  }
}
