// The form for when nobody can chat: what is left there is answered by mail.
import { Api } from "../../core/api.js";
import { clone, focusOn, setText, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";

const FIELDS = ["name", "email", "text"];

export class LeaveMessage {
  #view = clone("leave-message");
  #form = slot(this.#view, "form");
  #path;
  #page;
  #onLeft;
  #api = new Api();

  // Put a form into `place`. `page()` tells where the visitor is, `known` what was typed
  // before, `onLeft()` hears that the message is stored.
  constructor({ place, entryPoint, page, known = {}, onLeft = () => {} }) {
    this.#path = `chat/entry-points/${entryPoint}/offline-messages/`;
    this.#page = page;
    this.#onLeft = onLeft;
    const { name, email } = this.#form.elements;
    name.value = known.name ?? "";
    email.value = known.email ?? "";
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    place.replaceChildren(this.#view);
  }

  async #send() {
    this.#busy(true);
    this.#clear();
    const { name, email, text } = this.#form.elements;
    try {
      await this.#api.post(this.#path, {
        customer: { name: name.value.trim(), email: email.value.trim() },
        text: text.value,
        page: await this.#page(),
      });
      this.#left(email.value.trim());
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#busy(false);
    }
  }

  #left(email) {
    const thanks = slot(this.#view, "thanks");
    setText(thanks, say("message-left", { email }));
    show(this.#form, false);
    show(thanks);
    focusOn(slot(this.#view, "heading"));
    this.#onLeft();
  }

  #refused(error) {
    for (const [path, sentences] of Object.entries(error.errors ?? {})) {
      const input = this.#form.elements.namedItem(path.split(".").at(-1));
      if (input) this.#say(input, sentences.join(" "));
    }
    const invalid = this.#form.querySelector("[aria-invalid='true']");
    const problem = slot(this.#form, "problem");
    setText(problem, invalid ? "" : error.detail || say("message-failed"));
    show(problem, !invalid);
    invalid?.focus();
  }

  #clear() {
    show(slot(this.#form, "problem"), false);
    for (const name of FIELDS) this.#say(this.#form.elements[name], "");
  }

  #say(input, sentence) {
    const error = document.getElementById(`${input.id}-error`);
    setText(error, sentence);
    show(error, sentence !== "");
    input.setAttribute("aria-invalid", sentence !== "");
  }

  #busy(isBusy) {
    slot(this.#form, "send").disabled = isBusy;
  }
}
