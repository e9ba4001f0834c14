// What agents wrote down about the customer: read by all of them, changed by the author.
import { ask, clone, fill, identify, setText, show, slot, whileBusy } from "../../core/dom.js";
import { setLinkedText } from "../../core/links.js";
import { report, reportAt, sentence } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { clockTime, dateName } from "../../core/time.js";
import { say } from "../../core/words.js";
import { isWatched } from "./names.js";

export class CustomerNotes {
  element = clone("customer-notes");
  #api;
  #path;
  #me;
  #draftKey;

  constructor({ contact, me, api }) {
    this.#api = api;
    this.#path = `contacts/${contact}/customer/notes/`;
    this.#me = me;
    this.#draftKey = `about.agent-${me.id}.${contact}`;
    identify(this.element, contact);
    this.#build();
    this.#load();
  }

  // Notes are written during the chat and its wrap-up.
  put(card) {
    const isAtWork = card.state === "connected" || card.state === "wrapup";
    show(this.#form, isAtWork && !isWatched(card));
  }

  get #form() {
    return slot(this.element, "write");
  }

  #build() {
    const { text } = this.#form.elements;
    text.value = store.read(this.#draftKey) ?? "";
    text.addEventListener("input", () => store.write(this.#draftKey, text.value));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.#form, "add")], () => this.#add());
    });
  }

  async #load() {
    try {
      const notes = await this.#api.get(this.#path);
      slot(this.element, "notes").replaceChildren(...notes.map((note) => this.#row(note)));
      this.#count();
    } catch (error) {
      this.#problem(sentence(error));
    }
  }

  async #add() {
    const { text } = this.#form.elements;
    const wanted = text.value.trim();
    if (!wanted) return text.focus();
    this.#problem("");
    try {
      const note = await this.#api.post(this.#path, { text: wanted });
      slot(this.element, "notes").prepend(this.#row(note));
      if (text.value.trim() === wanted) text.value = "";
      store.write(this.#draftKey, text.value);
      this.#count();
      text.focus();
    } catch (error) {
      this.#refused(error, text);
    }
  }

  #row(note) {
    const row = clone("customer-note");
    this.#fill(row, note);
    const isOwn = note.author.id === this.#me.id;
    show(slot(row, "own"), isOwn);
    if (!isOwn) return row;
    const form = slot(row, "form");
    slot(row, "edit").addEventListener("click", () => this.#edit(row, true));
    slot(row, "cancel").addEventListener("click", () => this.#edit(row, false));
    slot(row, "delete").addEventListener("click", () => this.#delete(row, note));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(row, "save")], () => this.#save(row, note));
    });
    return row;
  }

  #fill(row, { author, text, created_at: createdAt, edited_at: editedAt }) {
    const moment = `${dateName(createdAt)}, ${clockTime(createdAt)}`;
    const about = [author.display_name, moment, editedAt && say("note-edited")];
    fill(row, { about: about.filter(Boolean).join(" · ") });
    setLinkedText(slot(row, "text"), text);
  }

  #edit(row, isOpen) {
    const form = slot(row, "form");
    if (isOpen) form.elements.text.value = slot(row, "text").textContent;
    show(form, isOpen);
    show(slot(row, "shown"), !isOpen);
    if (isOpen) form.elements.text.focus();
    else slot(row, "edit").focus();
  }

  async #save(row, note) {
    const { text } = slot(row, "form").elements;
    this.#problem("");
    try {
      this.#fill(row, await this.#api.patch(`${this.#path}${note.id}/`, { text: text.value }));
      this.#edit(row, false);
    } catch (error) {
      this.#refused(error, text);
    }
  }

  async #delete(row, note) {
    const dialog = document.querySelector("[data-dialog='forget-note']");
    if ((await ask(dialog)) !== "delete") return;
    await whileBusy([slot(row, "delete")], async () => {
      this.#problem("");
      try {
        await this.#api.delete(`${this.#path}${note.id}/`);
        row.remove();
        this.#count();
        this.#form.elements.text.focus();
      } catch (error) {
        this.#problem(sentence(error));
      }
    });
  }

  #count() {
    const isEmpty = slot(this.element, "notes").children.length === 0;
    setText(slot(this.element, "state"), isEmpty ? say("notes-none") : "");
  }

  #refused(error, field) {
    const words = error.errors?.text;
    this.#problem(words?.join(" ") ?? sentence(error), words && field);
  }

  // `field`: the one that it is about.
  #problem(text, field = null) {
    const place = slot(this.element, "problem");
    for (const each of this.element.querySelectorAll("textarea")) {
      reportAt(each, place, each === field ? text : "");
    }
    report(place, text);
  }
}
