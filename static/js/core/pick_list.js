// A list from which one entry is picked, with a search box above it that keeps the
// focus: the arrow keys and the pointer move, Return and a click pick.
//
//   const picks = new PickList({ box, list, newOption: () => clone("pick"), onPick, onLook });
//   picks.put([{ id: 7, name: "Hello", text: "Hello, …" }], fillOption);
//   picks.narrow((entry) => entry.name.includes("H"));
import { show } from "./dom.js";
import { isComposing } from "./keys.js";

const PAGE = 8;

export class PickList {
  #box;
  #list;
  #newOption;
  #onPick;
  #onLook;
  #entries = []; // { item, option }
  #shown = [];
  #active = null;

  // `onLook(item)`: the pointer or the keys are on it; null for none.
  constructor({ box, list, newOption, onPick, onLook = () => {} }) {
    this.#box = box;
    this.#list = list;
    this.#newOption = newOption;
    this.#onPick = onPick;
    this.#onLook = onLook;
    box.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("click", ({ target }) => this.#pick(this.#at(target)));
    // Not `pointerover`: a list that scrolls under a pointer at rest moves nothing.
    list.addEventListener("pointermove", ({ target }) => this.#reach(this.#at(target), false));
    list.addEventListener("focusin", ({ target }) => this.#reach(this.#at(target), false));
  }

  put(items, fillOption) {
    this.#entries = items.map((item, index) => {
      const option = this.#newOption();
      option.id = `${this.#list.id}-${index}`;
      fillOption(option, item);
      return { item, option };
    });
    this.#list.replaceChildren(...this.#entries.map(({ option }) => option));
  }

  // Show the entries that `fits`; return how many there are.
  narrow(fits) {
    for (const { item, option } of this.#entries) show(option, fits(item));
    this.#shown = this.#entries.filter(({ option }) => !option.hidden);
    show(this.#list, this.#shown.length > 0);
    this.#reach(this.#shown.includes(this.#active) ? this.#active : (this.#shown[0] ?? null));
    return this.#shown.length;
  }

  #at(target) {
    const option = target.closest("[role='option']");
    return this.#shown.find((entry) => entry.option === option);
  }

  // Nothing moves under the pointer: only the keys scroll.
  #reach(entry, scrolls = true) {
    if (entry === undefined || (entry && entry === this.#active)) return;
    this.#active?.option.setAttribute("aria-selected", "false");
    this.#active = entry;
    if (entry) {
      entry.option.setAttribute("aria-selected", "true");
      if (scrolls) entry.option.scrollIntoView({ block: "nearest" });
      this.#box.setAttribute("aria-activedescendant", entry.option.id);
    } else {
      this.#box.removeAttribute("aria-activedescendant");
    }
    this.#onLook(entry?.item ?? null);
  }

  #pick(entry) {
    if (entry) this.#onPick(entry.item);
  }

  #key(event) {
    if (isComposing(event) || !this.#shown.length) return;
    const at = this.#shown.indexOf(this.#active);
    const last = this.#shown.length - 1;
    const target = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(at + PAGE, last),
      PageUp: Math.max(at - PAGE, 0),
    }[event.key];
    if (target === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") this.#pick(this.#active);
    else this.#reach(this.#shown[target]);
  }
}
