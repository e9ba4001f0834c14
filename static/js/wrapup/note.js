// The note of a wrap-up, kept while it is written: at once in this browser, soon on the
// server, whose copy an automatic wrap-up stores. The browser's goes once the server has it.
import * as store from "../core/store.js";

const SOON = 1_000; // milliseconds
const AGAIN = 5_000;

export class Note {
  #field;
  #api;
  #path;
  #me;
  #key;
  #onRefused;
  #timer = null;
  #isSending = false;

  #onLeave = () => this.#send({ keepalive: true });

  // `onRefused(error)`: what is wrong with the note, null once nothing is.
  constructor({ field, api, contact, me, onRefused }) {
    this.#field = field;
    this.#api = api;
    this.#path = `contacts/${contact}/`;
    this.#me = me;
    this.#key = `note.agent-${me.id}.${contact}`;
    this.#onRefused = onRefused;
    field.value = this.#draft ?? "";
    field.addEventListener("input", () => this.#typed());
    window.addEventListener("pagehide", this.#onLeave);
    if (this.#draft === null) this.#load();
    else this.#plan(0);
  }

  get value() {
    return this.#field.value.trim();
  }

  // What the server does not have yet.
  get unsaved() {
    return this.#draft?.trim() ?? "";
  }

  // The wrap-up has stored it.
  done() {
    store.remove(this.#key);
  }

  stop() {
    clearTimeout(this.#timer);
    window.removeEventListener("pagehide", this.#onLeave);
  }

  get #draft() {
    return store.read(this.#key);
  }

  #typed() {
    store.write(this.#key, this.#field.value);
    this.#plan(SOON);
  }

  // The clock does not start anew at each key: who types on is kept up with.
  #plan(wait) {
    this.#timer ??= setTimeout(() => this.#send(), wait);
  }

  async #load() {
    try {
      const { assignments } = await this.#api.get(this.#path);
      const own = assignments.findLast(({ agent }) => agent.id === this.#me.id);
      if (own?.wrapup_note && !this.#field.value) this.#field.value = own.wrapup_note;
    } catch {
      // Only what was typed elsewhere is missing; it is stored there.
    }
  }

  async #send(options) {
    clearTimeout(this.#timer);
    this.#timer = null;
    const note = this.#draft;
    if (note === null || (this.#isSending && !options)) return;
    this.#isSending = true;
    try {
      await this.#api.patch(`${this.#path}wrap-up/`, { note: note.trim() }, options);
      if (this.#draft === note) store.remove(this.#key);
      this.#onRefused(null);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isSending = false;
    }
    if (this.#draft !== null && this.#draft !== note) this.#plan(SOON);
  }

  #failed(error) {
    const isPassing = error.status === 0 || error.status === 429 || error.status >= 500;
    if (isPassing) this.#plan(AGAIN);
    else this.#onRefused(error);
  }
}
