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
    moveByKeys(list, (tab) => this.choose(tab));
  }

  choose(tab) {
    for (const each of tabsOf(this.#list)) each.setAttribute("aria-selected", each === tab);
    stopAt(this.#list, tab);
    this.#onChoose(tab);
  }
}

// Tabs that are links: one tab stop, the keys move, Enter follows.
export function roveTabs(list) {
  const tabs = tabsOf(list);
  stopAt(list, tabs.find((tab) => tab.ariaSelected === "true") ?? tabs[0]);
  moveByKeys(list, (tab) => stopAt(list, tab));
}

function tabsOf(list) {
  return [...list.querySelectorAll("[role='tab']")];
}

function stopAt(list, tab) {
  for (const each of tabsOf(list)) each.tabIndex = each === tab ? 0 : -1;
}

function moveByKeys(list, onMove) {
  list.addEventListener("keydown", (event) => {
    const target = ledTo(list, event);
    if (!target) return;
    event.preventDefault();
    onMove(target);
    target.focus();
  });
}

function ledTo(list, { key, target }) {
  const tabs = tabsOf(list);
  const at = tabs.indexOf(target);
  const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
  return {
    ArrowRight: tabs.at((at + step) % tabs.length),
    ArrowLeft: tabs.at((at - step) % tabs.length),
    Home: tabs[0],
    End: tabs.at(-1),
  }[key];
}
