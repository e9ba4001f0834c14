// How many reviews of one's own conversations are unread, at the person's menu.
import { setText, show, slot } from "../core/dom.js";
import { figure } from "../core/language.js";

export class Feedback {
  #root;
  #api;
  #person;

  constructor({ root, api }) {
    this.#root = root;
    this.#api = api;
    this.#person = root.dataset.person;
    // They are read on a page of their own, which one comes back from.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.look();
    });
    this.look();
  }

  async look() {
    try {
      const { count } = await this.#api.get(`reviews/?unread=true&agent=${this.#person}&page_size=1`);
      this.#put(count);
    } catch {
      // The next look tells.
    }
  }

  #put(count) {
    setText(slot(this.#root, "feedback-count"), figure(count));
    for (const name of ["feedback-new", "feedback-mark"]) show(slot(this.#root, name), count > 0);
  }
}
