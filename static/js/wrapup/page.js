// The WRAP UP page: a note, a reason, done. Choosing a reason finishes at once.
import { clone, fill, identify, setText, show, slot } from "../core/dom.js";
import { report, sentence } from "../core/refusal.js";
import * as store from "../core/store.js";
import { minutes, onTick, until } from "../core/time.js";
import { say } from "../core/words.js";
import { Heading } from "../contacts/desk/heading.js";
import { customerName } from "../contacts/desk/names.js";
import { Reading } from "../contacts/desk/reading.js";
import { openDropDown } from "./drop_down.js";

export class WrapUpPage {
  element = clone("wrapup-page");
  heading;
  #contact;
  #desk;
  #card = null;
  #codes = [];
  #noteKey;
  #stopTicking;

  constructor({ contact, me, ...desk }) {
    this.#contact = contact;
    this.#desk = desk;
    this.#noteKey = `note.agent-${me.id}.${contact}`;
    this.heading = new Heading({ page: this.element, ...desk });
    identify(this.element, contact);
    this.#build();
    this.#stopTicking = onTick(() => this.#tick());
    this.#loadCodes();
    this.#loadLog(me);
  }

  put(card) {
    this.#card = card;
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

  stop() {
    this.heading.stop();
    this.#stopTicking();
  }

  get #form() {
    return slot(this.element, "form");
  }

  #build() {
    const { note, code } = this.#form.elements;
    note.value = store.read(this.#noteKey) ?? "";
    note.addEventListener("input", () => store.write(this.#noteKey, note.value));
    openDropDown(code);
    code.addEventListener("change", () => code.value && this.#finish(Number(code.value)));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    slot(this.element, "retry").addEventListener("click", () => this.#loadCodes());
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

  async #loadLog(me) {
    const log = slot(this.element, "log");
    const reading = new Reading({ me, api: this.#desk.api });
    try {
      await reading.load(this.#contact);
      log.append(reading.element);
      reading.toEnd();
    } catch (error) {
      this.#noLog(error);
    }
  }

  // A chat that was given away is not ours to read; the reason is still due.
  #noLog(error) {
    const isForbidden = error.status === 403;
    fill(this.element, { unread: isForbidden ? say("wrapup-given-away") : sentence(error) });
    show(slot(this.element, "unread"));
    if (!isForbidden) return;
    show(slot(this.element, "details-buttons"), false);
    this.#desk.onForbidden(this.#contact);
  }

  async #finish(wrapupCode) {
    const { note, code } = this.#form.elements;
    this.#problem("");
    report(slot(this.element, "note-error"), "");
    code.disabled = true;
    try {
      await this.#desk.api.post(`contacts/${this.#contact}/wrap-up/`, {
        wrapup_code: wrapupCode,
        ...(note.value.trim() && { note: note.value.trim() }),
      });
      store.remove(this.#noteKey);
      this.#desk.onDone(this.#contact);
    } catch (error) {
      await this.#refused(error);
    }
  }

  // Nothing is lost: the note stays, the drop-down asks again.
  async #refused(error) {
    const { code } = this.#form.elements;
    const { note = [], wrapup_code: reason } = error.errors ?? {};
    code.value = "";
    code.disabled = false;
    report(slot(this.element, "note-error"), note.join(" "));
    if (note.length) return this.#form.elements.note.focus();
    if (reason) await this.#loadCodes();
    this.#problem(reason ? say("wrapup-gone") : sentence(error));
    code.focus();
    this.#desk.onRefused(error);
  }

  #problem(text) {
    report(slot(this.element, "problem"), text);
  }

  #tick() {
    const place = slot(this.element, "deadline");
    const deadline = this.#card?.wrapup_deadline;
    show(place, Boolean(deadline));
    if (!deadline) return;
    const name = this.#codes.find((code) => code.is_default)?.name;
    const key = name ? "wrapup-deadline" : "wrapup-deadline-soon";
    setText(place, say(key, { left: minutes(until(deadline)), name }));
  }
}
