// "My recent chats": the agent's own ended contacts, to read again.
import { clone, fill, setText, show, slot } from "../../core/dom.js";
import { sentence } from "../../core/refusal.js";
import { clockTime, dateName, dayName } from "../../core/time.js";
import { say } from "../../core/words.js";
import { customerName } from "./names.js";

const PAGE = 20;

export class RecentChats {
  #root;
  #api;
  #onRead;
  #page = 1;

  constructor({ root, api, onRead }) {
    this.#root = root;
    this.#api = api;
    this.#onRead = onRead;
    slot(root, "recent-button").addEventListener("click", () => this.#toggle());
    slot(root, "recent-more").addEventListener("click", () => this.#load());
  }

  // One more has been finished.
  refresh() {
    if (this.#isOpen) this.#reload();
  }

  get #isOpen() {
    return !slot(this.#root, "recent-panel").hidden;
  }

  #toggle() {
    const opens = !this.#isOpen;
    show(slot(this.#root, "recent-panel"), opens);
    slot(this.#root, "recent-button").setAttribute("aria-expanded", opens);
    if (opens) this.#reload();
  }

  #reload() {
    this.#page = 1;
    this.#load();
  }

  async #load() {
    const page = this.#page;
    this.#say(say("loading"));
    try {
      const path = `contacts/?agent=me&state=ended&page=${page}&page_size=${PAGE}`;
      const { results, next } = await this.#api.get(path);
      this.#draw(results, page);
      this.#page = page + 1;
      show(slot(this.#root, "recent-more"), Boolean(next));
    } catch (error) {
      this.#say(sentence(error));
      show(slot(this.#root, "recent-more"));
    }
  }

  #draw(contacts, page) {
    const rows = slot(this.#root, "recent-rows");
    if (page === 1) rows.replaceChildren();
    rows.append(...contacts.map((contact) => this.#row(contact)));
    this.#say(rows.children.length ? "" : say("recent-none"));
  }

  #row(contact) {
    const row = clone("recent-row");
    const { opened_at: openedAt } = contact;
    const name = customerName(contact);
    const about = [`${dayName(openedAt)} ${clockTime(openedAt)}`, contact.queue?.name];
    fill(row, { name, where: about.filter(Boolean).join(" · ") });
    slot(row, "open").addEventListener("click", () =>
      this.#onRead({
        contact: contact.id,
        about: say("transcript-about", { name, date: dateName(openedAt) }),
      }),
    );
    return row;
  }

  #say(text) {
    const place = slot(this.#root, "recent-text");
    setText(place, text);
    show(place, text !== "");
  }
}
