// Keeps a log at its end while the reader is there, and never pulls away a
// reader who has scrolled up: then a button announces new messages.
import { show } from "./dom.js";

const NEAR = 60; // pixels that still count as the end

export class Scroller {
  #log;
  #button;
  #atEnd = true;
  #top = 0;

  constructor(log, button) {
    this.#log = log;
    this.#button = button;
    log.addEventListener("scroll", () => this.#look(), { passive: true });
    button.addEventListener("click", () => {
      this.toEnd();
      log.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(log);
  }

  // Run `change`, which returns whether it brought something to look at.
  keep(change) {
    this.#look();
    const wasAtEnd = this.#atEnd;
    const isNews = change();
    if (wasAtEnd) this.toEnd();
    else if (isNews) show(this.#button);
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#top = this.#log.scrollTop;
    this.#atEnd = true;
    show(this.#button, false);
  }

  // Only who moves up leaves the end; a log that shrinks does not.
  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#atEnd = isNear || (this.#atEnd && scrollTop >= this.#top);
    this.#top = scrollTop;
    if (this.#atEnd) show(this.#button, false);
  }
}
