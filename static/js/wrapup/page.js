// The WRAP UP page: a note, a reason, done. Choosing a reason finishes at once.
import { clone, fill, identify, setText, show, slot } from "../core/dom.js";
import { report, reportAt, sentence } from "../core/refusal.js";
import { minutes, onTick, until } from "../core/time.js";
import { say } from "../core/words.js";
import { Heading } from "../contacts/desk/heading.js";
import { customerName, isGivenAway } from "../contacts/desk/names.js";
import { Reading } from "../contacts/desk/reading.js";
import { openDropDown } from "./drop_down.js";
import { Note } from "./note.js";

const SOON = 20_000; // milliseconds

export class WrapUpPage {
  element = clone("wrapup-page");
  heading;
  #contact;
  #me;
  #desk;
  #card = null;
  #codes = [];
  #note;
  #isFinishing = false;
  #wasSoon = null; // whether the end was near when it was read out: once, and once more
  #stopTicking;

  constructor({ contact, me, ...desk }) {
    this.#contact = contact;
    this.#desk = desk;
    this.heading = new Heading({ page: this.element, ...desk });
    identify(this.element, contact);
    this.#build(me);
    this.#stopTicking = onTick(() => this.#tick());
    this.#me = me;
    this.#loadCodes();
  }

  put(card) {
    const isNew = this.#card === null;
    this.#card = card;
    if (isNew) this.#showLog(card);
    this.heading.put(card, {
      heading: slot(this.element, "heading").textContent,
      about: `${customerName(card)}, ${say("wrapup-time")}`,
      since: card.wrapup_at,
    });
    this.#tick();
  }

  focus() {
    slot(this.element, "heading").focus();
  }

  look() {}

  // Nothing that was typed goes in silence, however the wrap-up came to its end.
  stop() {
    this.heading.stop();
    this.#note.stop();
    this.#stopTicking();
    const rest = this.#isFinishing ? "" : this.#note.unsaved;
    if (rest) this.#desk.onSay(say("note-cut", { name: customerName(this.#card), note: rest }));
  }

  get #form() {
    return slot(this.element, "form");
  }

  #build(me) {
    const { note, code } = this.#form.elements;
    this.#note = new Note({
      field: note,
      api: this.#desk.api,
      contact: this.#contact,
      me,
      onRefused: (error) => this.#noteRefused(error),
    });
    openDropDown(code);
    code.addEventListener("change", () => code.value && this.#finish(Number(code.value)));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    slot(this.element, "retry").addEventListener("click", () => this.#loadCodes());
    slot(this.element, "more-time").addEventListener("click", () => this.#askForMoreTime());
  }

  async #loadCodes() {
    const { code } = this.#form.elements;
    code.disabled = true;
    try {
      this.#codes = await this.#desk.api.get(`contacts/${this.#contact}/wrapup-codes/`);
      this.#drawCodes();
      show(slot(this.element, "retry"), false);
    } catch (error) {
      this.#problem(`${say("wrapup-no-codes")} ${sentence(error)}`);
      show(slot(this.element, "retry"));
      this.#desk.onRefused(error);
    }
    this.#tick();
  }

  #drawCodes() {
    const { code } = this.#form.elements;
    const options = this.#codes.map(({ id, name }) => new Option(name, id));
    code.replaceChildren(code.options[0], ...options);
    code.value = "";
    code.disabled = false;
  }

  // A chat that was given away is not ours to read; the reason is still due.
  #showLog(card) {
    const isOurs = !isGivenAway(card);
    show(slot(this.element, "details-buttons"), isOurs);
    if (isOurs) return this.#loadLog();
    this.#unread(say("wrapup-given-away"));
    return queueMicrotask(() => this.#desk.onForbidden(this.#contact));
  }

  async #loadLog() {
    const log = slot(this.element, "log");
    const reading = new Reading({ me: this.#me, api: this.#desk.api });
    try {
      await reading.load(this.#contact);
      log.append(reading.element);
      reading.toEnd();
    } catch (error) {
      this.#unread(sentence(error));
    }
  }

  #unread(text) {
    fill(this.element, { unread: text });
    show(slot(this.element, "unread"));
  }

  async #finish(wrapupCode) {
    const { code } = this.#form.elements;
    reportAt(code, slot(this.element, "problem"), "");
    this.#noteRefused(null);
    code.disabled = true;
    this.#isFinishing = true;
    try {
      await this.#desk.api.post(`contacts/${this.#contact}/wrap-up/`, {
        wrapup_code: wrapupCode,
        note: this.#note.value,
      });
      this.#note.done();
      this.#desk.onDone(this.#contact);
    } catch (error) {
      await this.#refused(error);
    }
  }

  // The new end comes with the card; what is said now counts for the old one.
  async #askForMoreTime() {
    this.#problem("");
    try {
      await this.#desk.api.post(`contacts/${this.#contact}/wrap-up/more-time/`);
      fill(this.element, { "deadline-said": say("wrapup-extended") });
    } catch (error) {
      this.#problem(sentence(error));
      this.#desk.onRefused(error);
    }
  }

  // Nothing is lost: the note stays, the drop-down asks again.
  async #refused(error) {
    this.#isFinishing = false;
    const { code } = this.#form.elements;
    const { note = [], wrapup_code: reason } = error.errors ?? {};
    code.value = "";
    code.disabled = false;
    this.#noteRefused(error);
    if (note.length) return this.#form.elements.note.focus();
    if (reason) await this.#loadCodes();
    if (reason) reportAt(code, slot(this.element, "problem"), say("wrapup-gone"));
    else this.#problem(sentence(error));
    code.focus();
    this.#desk.onRefused(error);
  }

  #noteRefused(error) {
    const isAboutIt = Boolean(error?.errors.note) || error?.code === "dropped";
    const words = isAboutIt ? (error.errors.note?.join(" ") ?? sentence(error)) : "";
    reportAt(this.#form.elements.note, slot(this.element, "note-error"), words);
  }

  #problem(text) {
    report(slot(this.element, "problem"), text);
  }

  #tick() {
    const place = slot(this.element, "deadline");
    const deadline = this.#card?.wrapup_deadline;
    show(slot(this.element, "deadline-row"), Boolean(deadline));
    if (!deadline) return;
    const name = this.#codes.find((code) => code.is_default)?.name;
    const key = name ? "wrapup-deadline" : "wrapup-deadline-soon";
    setText(place, say(key, { left: minutes(until(deadline)), name }));
    const isSoon = until(deadline) < SOON;
    if (isSoon !== this.#wasSoon) fill(this.element, { "deadline-said": place.textContent });
    this.#wasSoon = isSoon;
  }
}
