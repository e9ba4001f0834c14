// What agents tell each other beside the conversation, which the customer never sees:
// the switch between Reply and Private note, with a draft for each, and the notes in
// the log. Give it the element of contacts/desk/_note_switch.html's page.
//
//   const notes = new PrivateNotes({ root, contact, api, composer, draftKey, noteKey,
//     transcript, onProblem: (text) => {}, onSwitch: () => {} });
//   notes.put(note);        // frame `note`
//   notes.load();           // all of them, after every welcome
//   notes.isOn              // what is typed now is a note
//   notes.send(text);
import { show, slot } from "../../core/dom.js";
import { newId } from "../../core/ids.js";
import { sentence } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { say } from "../../core/words.js";

export class PrivateNotes {
  #root;
  #path;
  #api;
  #composer;
  #transcript;
  #draftKey;
  #noteKey;
  #onProblem;
  #onSwitch;
  #waiting = []; // on their way, in order: { client_id, text }
  #isSending = false;
  #returned = new Map(); // text given back -> its client id: it may have been stored

  constructor({ root, contact, api, composer, draftKey, noteKey, transcript, onProblem, onSwitch }) {
    this.#root = root;
    this.#path = `contacts/${contact}/notes/`;
    this.#api = api;
    this.#composer = composer;
    this.#transcript = transcript;
    this.#draftKey = draftKey;
    this.#noteKey = noteKey;
    this.#onProblem = onProblem;
    this.#onSwitch = onSwitch;
    for (const radio of this.#radios) {
      radio.name = `mode-${contact}`;
      radio.addEventListener("change", () => this.#switched());
    }
  }

  get isOn() {
    return this.#root.dataset.private === "true";
  }

  // Something is typed in the mode that is not shown.
  get hasOtherDraft() {
    if (!this.isOn) return Boolean(store.read(this.#noteKey)?.trim());
    const hasFiles = store.read(`${this.#draftKey}.files`)?.length > 0;
    return hasFiles || Boolean(store.read(this.#draftKey)?.trim());
  }

  open(isOpen) {
    show(slot(this.#root, "note-switch"), isOpen);
    if (!isOpen && this.isOn) this.toggle();
  }

  // Back to the customer's side, where it is not.
  reply() {
    if (this.isOn) this.toggle();
  }

  toggle() {
    const [reply, note] = this.#radios;
    (this.isOn ? reply : note).checked = true;
    this.#switched();
  }

  async load() {
    try {
      for (const note of await this.#api.get(this.#path)) this.put(note);
    } catch (error) {
      if (error.status !== 0) this.#onProblem(sentence(error));
    }
  }

  put(note) {
    this.#transcript.putNote(note);
  }

  send(text) {
    this.#waiting.push({ client_id: this.#returned.get(text) ?? newId(), text });
    this.#returned.delete(text);
    if (!this.#isSending) this.#pump();
  }

  async #pump() {
    this.#isSending = true;
    this.#onProblem("");
    try {
      while (this.#waiting.length) {
        this.put(await this.#api.post(this.#path, this.#waiting[0]));
        this.#waiting.shift();
      }
    } catch (error) {
      this.#giveBack();
      this.#onProblem(sentence(error));
    } finally {
      this.#isSending = false;
    }
  }

  // What could not be stored is in the editor again, before what was typed since.
  #giveBack() {
    const notes = this.#waiting.splice(0);
    for (const note of notes) this.#returned.set(note.text, note.client_id);
    const text = notes.map((note) => note.text).join("\n");
    if (this.isOn) this.#composer.prepend(text);
    else store.write(this.#noteKey, [text, store.read(this.#noteKey)].filter(Boolean).join("\n"));
  }

  #switched() {
    this.#onSwitch();
    const [, note] = this.#radios;
    this.#root.dataset.private = note.checked;
    show(slot(this.#root, "only-agents"), note.checked);
    this.#composer.become({
      draftKey: note.checked ? this.#noteKey : this.#draftKey,
      placeholder: say(note.checked ? "write-note" : "write-reply"),
      takesFiles: !note.checked,
    });
    this.#composer.focus();
  }

  get #radios() {
    return [...slot(this.#root, "note-switch").querySelectorAll("input")];
  }
}
