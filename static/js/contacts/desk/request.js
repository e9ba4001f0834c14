// What the dialogs Conference Request and Transfer Request have in common: the
// list of targets is fetched again while the dialog is open, a refusal is said in
// it, and it closes when the chat no longer allows what it is for. The note for the
// colleague is kept until it is sent.
import { slot, whileBusy } from "../../core/dom.js";
import { report, reportAt, sentence } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { say } from "../../core/words.js";

const RELOAD = 3_000; // milliseconds

export class Request {
  #dialog;
  #command;
  #api;
  #me;
  #onDone;
  #contact = null;
  #timer = null;
  #reads = 0;

  // `me()`: who is at the desk. `command`: what Desk does with one. `onDone(contact)`: the dialog has closed,
  // and the focus is nowhere.
  constructor({ dialog, api, me, command, onDone }) {
    this.#dialog = dialog;
    this.#api = api;
    this.#me = me;
    this.#command = command;
    this.#onDone = onDone;
    slot(dialog, "cancel").addEventListener("click", () => dialog.close());
    slot(dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(dialog, "submit")], () => this.#submit());
    });
    this.#note.addEventListener("input", () => {
      store.write(this.#noteKey(this.#contact), this.#note.value);
    });
    dialog.addEventListener("close", () => this.#closed());
  }

  get contact() {
    return this.#contact;
  }

  get dialog() {
    return this.#dialog;
  }

  async open(card) {
    this.#contact = card.contact;
    this.problem("");
    this.#note.value = store.read(this.#noteKey(card.contact)) ?? "";
    this.begin(card);
    this.#dialog.showModal();
    this.#timer = setInterval(() => this.reload(), RELOAD);
    await this.reload();
  }

  // The chat may have gone on meanwhile.
  render({ cards }) {
    if (!this.#contact) return;
    const card = cards.find(({ contact }) => contact === this.#contact);
    if (!card?.controls.includes(this.control)) this.#dialog.close();
  }

  async reload() {
    const read = (this.#reads += 1);
    const contact = this.#contact;
    try {
      const targets = await this.#api.get(`contacts/${contact}/${this.source}/`);
      if (read === this.#reads && contact === this.#contact) this.targets(targets);
    } catch (error) {
      if (read === this.#reads && contact === this.#contact) this.unknown(sentence(error));
    }
  }

  // `isOfChoice`: it is about what was chosen, or that nothing was.
  problem(text, isOfChoice = false) {
    const place = slot(this.#dialog, "problem");
    reportAt(this.choice, place, isOfChoice ? text : "");
    report(place, text);
  }

  // What was chosen is no choice any more; a refusal that says why comes first.
  gone(name) {
    if (slot(this.#dialog, "problem").hidden) this.problem(say("target-gone", { name }), true);
  }

  async #submit() {
    this.problem("");
    const body = this.body();
    if (!body) return;
    const contact = this.#contact;
    const note = this.#note.value.trim();
    try {
      await this.#command(contact, this.control, { ...body, ...(note && { note }) });
      store.remove(this.#noteKey(contact));
      if (this.#dialog.open) this.#dialog.close();
    } catch (error) {
      if (!this.#contact) return;
      this.#refused(error);
      await this.reload();
    }
  }

  // The fields that are wrong have sentences of their own.
  #refused(error) {
    const { note = [], ...others } = error.errors ?? {};
    reportAt(this.#note, slot(this.#dialog, "note-error"), note.join(" "));
    if (note.length) return this.#note.focus();
    const [first] = Object.values(others).flat();
    this.problem(first ?? sentence(error));
  }

  get #note() {
    return slot(this.#dialog, "form").elements.note;
  }

  #noteKey(contact) {
    return `${this.control}.agent-${this.#me().id}.${contact}`;
  }

  #closed() {
    const contact = this.#contact;
    this.#contact = null;
    clearInterval(this.#timer);
    this.#dialog.remove();
    if (isLost(document.activeElement)) this.#onDone(contact);
  }

  // Beside the list: that it is empty, or on its way.
  state(text) {
    report(slot(this.#dialog, "state"), text);
  }

  begin() {}
}

function isLost(focused) {
  return !focused || focused === document.body || !focused.checkVisibility();
}
