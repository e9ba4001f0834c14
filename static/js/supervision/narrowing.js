// Team, queue, figures and wall, kept in the address: whoever reloads the page, or is
// sent its address, sees the same.
import { setOptions, slot } from "../core/dom.js";

const CHOICES = ["team", "queue", "span"];

export class Narrowing {
  #root;
  #onChange;

  // `onChange({ isNarrowed })`: whether the floor itself is another one now.
  constructor({ root, onChange }) {
    this.#root = root;
    this.#onChange = onChange;
    this.#read();
    for (const name of CHOICES) {
      slot(root, name).addEventListener("change", () => this.#changed(name !== "span"));
    }
    slot(root, "wall").addEventListener("click", () => {
      this.#hang(!this.isWall);
      this.#changed(false);
    });
  }

  // The queues there are now; the one that is chosen stays.
  render({ all_queues: queues }) {
    const choice = slot(this.#root, "queue");
    const chosen = choice.selectedOptions[0];
    const there = queues.filter(({ id, is_active: isActive }) =>
      isActive || String(id) === chosen?.value,
    );
    const all = { id: "", name: choice.options[0].text };
    setOptions(choice, [all, ...there]);
  }

  get isWall() {
    return slot(this.#root, "wall").ariaChecked === "true";
  }

  get span() {
    return slot(this.#root, "span").value;
  }

  // What the server is asked for.
  get query() {
    const asked = new URLSearchParams();
    for (const name of ["team", "queue"]) {
      const { value } = slot(this.#root, name);
      if (value) asked.set(name, value);
    }
    return asked;
  }

  #read() {
    const asked = new URLSearchParams(window.location.search);
    for (const name of CHOICES) {
      const choice = slot(this.#root, name);
      choice.value = asked.get(name) ?? choice.options[0].value;
      // What is named and not there any more.
      if (choice.selectedIndex < 0) choice.selectedIndex = 0;
    }
    this.#hang(asked.has("wall"));
  }

  #hang(isWall) {
    slot(this.#root, "wall").ariaChecked = isWall;
    this.#root.dataset.wall = isWall;
  }

  #changed(isNarrowed) {
    const kept = this.query;
    if (this.span !== "today") kept.set("span", this.span);
    if (this.isWall) kept.set("wall", "1");
    const query = kept.size ? `?${kept}` : window.location.pathname;
    window.history.replaceState(null, "", query);
    this.#onChange({ isNarrowed });
  }
}
