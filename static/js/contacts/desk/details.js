// The right pane: Info or History of the selected contact.
import { focusOn, setText, show, slot } from "../../core/dom.js";
import * as store from "../../core/store.js";
import { say } from "../../core/words.js";
import { History } from "./history.js";
import { Info } from "./info.js";
import { isGivenAway } from "./names.js";

const VIEWS = { info: Info, history: History };
const KEY = "desk.details";

export class Details {
  #root;
  #api;
  #onRead;
  #onChange;
  #open = store.read(KEY); // info, history or null
  #views = new Map(); // "info <contact>" -> view

  constructor({ root, api, onRead, onChange }) {
    this.#root = root;
    this.#api = api;
    this.#onRead = onRead;
    this.#onChange = onChange;
    slot(root, "details-close").addEventListener("click", () => this.close());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get open() {
    return this.#open;
  }

  toggle(name) {
    if (this.#open === name) return this.close();
    this.#become(name);
    focusOn(slot(this.#root, "details-heading"));
  }

  close() {
    const name = this.#open;
    this.#become(null);
    if (name) visible(`[data-details="${name}"]`)?.focus();
  }

  render({ selected, cards, me }) {
    this.#forget(new Set(cards.map(({ contact }) => contact)));
    const isOpen = Boolean(this.#open && selected && this.#isOurs(selected));
    show(this.#root, isOpen);
    if (!isOpen) return;
    setText(slot(this.#root, "details-heading"), say(`details-${this.#open}`));
    const view = this.#view(selected.contact, me);
    view.put(selected);
    for (const each of this.#views.values()) show(each.element, each === view);
  }

  // Of what was given away nothing is to be read any more.
  #isOurs(card) {
    return card.state !== "offered" && !card.isLeft && !isGivenAway(card);
  }

  #become(name) {
    this.#open = name;
    store.write(KEY, name);
    this.#onChange(name);
  }

  #view(contact, me) {
    const key = `${this.#open} ${contact}`;
    if (!this.#views.has(key)) {
      const view = new VIEWS[this.#open]({
        contact,
        me,
        api: this.#api,
        onRead: (what) => this.#onRead({ ...what, me }),
      });
      this.#views.set(key, view);
      slot(this.#root, "details-body").append(view.element);
    }
    return this.#views.get(key);
  }

  #forget(contacts) {
    for (const [key, view] of this.#views) {
      if (contacts.has(key.split(" ")[1])) continue;
      view.element.remove();
      this.#views.delete(key);
    }
  }
}

function visible(selector) {
  return [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
}
