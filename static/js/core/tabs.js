// A tab list with one tab stop: arrow keys, Home and End move and choose.
//
//   new Tabs({ list, onChoose: (tab) => {} });
export class Tabs {
  #list;
  #onChoose;

  constructor({ list, onChoose }) {
    this.#list = list;
    this.#onChoose = onChoose;
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role='tab']");
      if (tab) this.choose(tab);
    });
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  choose(tab) {
    for (const each of this.#tabs) {
      each.setAttribute("aria-selected", each === tab);
      each.tabIndex = each === tab ? 0 : -1;
    }
    this.#onChoose(tab);
  }

  get #tabs() {
    return [...this.#list.querySelectorAll("[role='tab']")];
  }

  #key(event) {
    const tabs = this.#tabs;
    const at = tabs.indexOf(event.target);
    const step = getComputedStyle(this.#list).direction === "rtl" ? -1 : 1;
    const target = {
      ArrowRight: tabs.at((at + step) % tabs.length),
      ArrowLeft: tabs.at((at - step) % tabs.length),
      Home: tabs[0],
      End: tabs.at(-1),
    }[event.key];
    if (!target) return;
    event.preventDefault();
    this.choose(target);
    target.focus();
  }
}
