// What outlives the page, in the site's own storage. Where that is blocked or full,
// nothing does: the widget works on, and a reload finds it closed.
const YES = "1";

export class Memory {
  #key;

  constructor(entryPoint) {
    this.#key = `parley.widget.${entryPoint}`;
  }

  // Whether the panel is open, in this tab.
  get isOpen() {
    return recall("sessionStorage", `${this.#key}.open`) === YES;
  }

  set isOpen(isOpen) {
    keep("sessionStorage", `${this.#key}.open`, isOpen ? YES : null);
  }

  // Whether a chat is under way, in any tab.
  get isLive() {
    return recall("localStorage", `${this.#key}.live`) === YES;
  }

  set isLive(isLive) {
    keep("localStorage", `${this.#key}.live`, isLive ? YES : null);
  }

  // Hear that a chat has begun in another tab.
  onBegunElsewhere(listener) {
    const isThis = ({ key, newValue }) => key === `${this.#key}.live` && newValue === YES;
    window.addEventListener("storage", (event) => isThis(event) && listener());
  }
}

export function recall(area, key) {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

// null: nothing is kept.
export function keep(area, key, text) {
  try {
    if (text === null) window[area].removeItem(key);
    else window[area].setItem(key, text);
  } catch {
    // It costs the resume, nothing else.
  }
}
