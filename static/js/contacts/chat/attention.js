// What arrived while nobody looked: counted in the title of the tab, and
// reported as read once somebody does.
export class Attention {
  #title = document.title;
  #unread = 0;
  #onLook;
  #stop = new AbortController();

  // `onLook()`: the page is visible, everything shown counts as read.
  constructor(onLook) {
    this.#onLook = onLook;
    document.addEventListener("visibilitychange", () => this.#look(), {
      signal: this.#stop.signal,
    });
  }

  stop() {
    this.#stop.abort();
    document.title = this.#title;
  }

  arrived(count) {
    if (document.hidden) this.#unread += count;
    this.#look();
  }

  #look() {
    if (!document.hidden) {
      this.#unread = 0;
      this.#onLook();
    }
    document.title = this.#unread ? `(${this.#unread}) ${this.#title}` : this.#title;
  }
}
