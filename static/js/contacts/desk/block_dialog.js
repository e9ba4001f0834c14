// A supervisor blocks who is in a chat: the customer, or the address they come from.
// The chat itself goes on.
import { clone, slot, whileBusy } from "../../core/dom.js";
import { report, reportAt, sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";

export class BlockDialog {
  #dialog = clone("block-dialog");
  #contact;
  #api;
  #onDone;

  // `onDone(text)`: somebody is blocked, in words.
  constructor({ contact, api, onDone }) {
    this.#contact = contact;
    this.#api = api;
    this.#onDone = onDone;
    slot(this.#dialog, "cancel").addEventListener("click", () => this.#dialog.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.#dialog, "submit")], () => this.#submit());
    });
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  get #form() {
    return slot(this.#dialog, "form");
  }

  async #submit() {
    const { kind, reason, lasting } = this.#form.elements;
    if (reason.value.trim() === "") {
      reportAt(reason, slot(this.#dialog, "problem"), say("block-reason-first"));
      return reason.focus();
    }
    reportAt(reason, slot(this.#dialog, "problem"), "");
    const seconds = Number(lasting.value);
    try {
      await this.#api.post("blocks/", {
        kind: kind.value,
        contact: this.#contact,
        reason: reason.value.trim(),
        ends_at: seconds ? new Date(Date.now() + seconds * 1000).toISOString() : null,
      });
    } catch (error) {
      const errors = Object.values(error.errors ?? {}).flat();
      return report(slot(this.#dialog, "problem"), errors.join(" ") || sentence(error));
    }
    this.#dialog.close();
    this.#onDone(say(`blocked-${kind.value}`));
  }
}
