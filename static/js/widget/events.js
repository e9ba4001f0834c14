// What sites hear: by Parley.on, and as "parley:<name>" on the window.
export class Events {
  #listeners = { open: new Set(), close: new Set(), unread: new Set() };

  on(name, listener) {
    if (typeof listener === "function") this.#of(name)?.add(listener);
  }

  off(name, listener) {
    this.#of(name)?.delete(listener);
  }

  // A site's fault in a listener is the site's: the others hear it still.
  tell(name, detail) {
    for (const listener of [...this.#listeners[name]]) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
    window.dispatchEvent(new CustomEvent(`parley:${name}`, { detail }));
  }

  #of(name) {
    const known = Object.hasOwn(this.#listeners, name) ? this.#listeners[name] : null;
    if (known === null) console.warn(`Parley: there is no event “${name}”.`);
    return known;
  }
}
