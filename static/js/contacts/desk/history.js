// Earlier contacts of the customer, newest first, each opening its transcript.
import { clone, fill, setText, show, slot } from "../../core/dom.js";
import { sentence } from "../../core/refusal.js";
import { clockTime, dateName } from "../../core/time.js";
import { say } from "../../core/words.js";

export class History {
  element = clone("history-view");
  #contact;
  #api;
  #onRead;
  #page = 1;

  // `onRead({ contact, about })`: open that transcript.
  constructor({ contact, api, onRead }) {
    this.#contact = contact;
    this.#api = api;
    this.#onRead = onRead;
    slot(this.element, "more").addEventListener("click", () => this.#load());
    this.#load();
  }

  put() {}

  async #load() {
    setText(slot(this.element, "state"), say("loading"));
    show(slot(this.element, "more"), false);
    try {
      const path = `contacts/${this.#contact}/history/?page=${this.#page}`;
      const { results, next } = await this.#api.get(path);
      this.#page += 1;
      this.#add(results);
      show(slot(this.element, "more"), Boolean(next));
    } catch (error) {
      setText(slot(this.element, "state"), sentence(error));
      show(slot(this.element, "more"));
    }
  }

  #add(items) {
    const rows = slot(this.element, "rows");
    rows.append(...items.map((item) => this.#row(item)));
    setText(slot(this.element, "state"), rows.children.length ? "" : say("history-none"));
  }

  #row(item) {
    const row = clone("history-row");
    const date = dateName(item.opened_at);
    const open = item.queue ? say("history-item", { date, queue: item.queue.name }) : date;
    const rating = item.rating && say("rating-stars", item.rating);
    const about = [clockTime(item.opened_at), ...item.agents, item.wrapup_reason, rating];
    fill(row, { open, about: about.filter(Boolean).join(" · ") });
    show(slot(row, "unverified"), item.match === "address");
    slot(row, "open").addEventListener("click", () =>
      this.#onRead({ contact: item.id, about: open }),
    );
    return row;
  }
}
