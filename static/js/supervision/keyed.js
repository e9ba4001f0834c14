// Rows that stay the same elements while what they show changes: the focus stays where
// it is, and nothing moves under a pointer.
export class Keyed {
  #place;
  #make;
  #rows = new Map();

  // `make(key)` returns the element of a new row.
  constructor({ place, make }) {
    this.#place = place;
    this.#make = make;
  }

  // Show these items, in this order as far as nobody is at it. Return [element, item]s.
  put(items, keyOf) {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    const shown = items.map((item) => [this.#row(keyOf(item)), item]);
    if (!this.#isBusy) this.#sort(shown.map(([row]) => row));
    return shown;
  }

  #row(key) {
    if (!this.#rows.has(key)) {
      const row = this.#make(key);
      this.#rows.set(key, row);
      this.#place.append(row);
    }
    return this.#rows.get(key);
  }

  get #isBusy() {
    return this.#place.matches(":hover") || this.#place.contains(document.activeElement);
  }

  #sort(rows) {
    rows.forEach((row, at) => {
      if (this.#place.children[at] !== row) this.#place.insertBefore(row, this.#place.children[at]);
    });
  }
}
