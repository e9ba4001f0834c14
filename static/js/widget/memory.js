// What outlives the page, in the site's own storage. Where that is blocked or full,
// nothing does: the widget works on, and a reload finds it closed.
export class Memory {
  #key;

  constructor(entryPoint) {
    this.#key = `parley.widget.${entryPoint}`;
  }

  // Whether the panel is open, in this tab.
  get isOpen() {
    return recall("sessionStorage", `${this.#key}.open`);
  }

  set isOpen(isOpen) {
    keep("sessionStorage", `${this.#key}.open`, isOpen);
  }

  // Whether a chat is under way, in any tab.
  get isLive() {
    return recall("localStorage", `${this.#key}.live`);
  }

  set isLive(isLive) {
    keep("localStorage", `${this.#key}.live`, isLive);
  }
}

function recall(area, key) {
  try {
    return window[area].getItem(key) === "1";
  } catch {
    return false;
  }
}

function keep(area, key, isSo) {
  try {
    if (isSo) window[area].setItem(key, "1");
    else window[area].removeItem(key);
  } catch {
    // It costs the resume, nothing else.
  }
}
