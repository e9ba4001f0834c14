// Tabs that are links: one tab stop, the arrow keys move, Enter follows.
export function roveTabs(list) {
  const tabs = [...list.querySelectorAll("[role='tab']")];
  const chosen = tabs.find((tab) => tab.ariaSelected === "true") ?? tabs[0];
  for (const tab of tabs) tab.tabIndex = tab === chosen ? 0 : -1;
  list.addEventListener("keydown", (event) => {
    const target = next(list, tabs, event);
    if (!target) return;
    event.preventDefault();
    for (const tab of tabs) tab.tabIndex = tab === target ? 0 : -1;
    target.focus();
  });
}

function next(list, tabs, { key, target }) {
  const at = tabs.indexOf(target);
  const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
  return {
    ArrowRight: tabs.at((at + step) % tabs.length),
    ArrowLeft: tabs.at((at - step) % tabs.length),
    Home: tabs[0],
    End: tabs.at(-1),
  }[key];
}
