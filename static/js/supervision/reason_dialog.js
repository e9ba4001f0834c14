// Asks why, before something ends or changes hands; and does it.
import { setOptions, setText, show, slot, whileBusy } from "../core/dom.js";
import { report, sentence } from "../core/refusal.js";
import { say } from "../core/words.js";

export class ReasonDialog {
  #dialog = document.querySelector("[data-dialog='reason']");
  #form = slot(this.#dialog, "form");
  #command = null;

  constructor() {
    slot(this.#dialog, "cancel").addEventListener("click", () => this.#dialog.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  // `deed`: move, close or take-over. `command({ reason, queue? })` may be refused, in
  // the dialog. `queues`: where it can be moved; `queue`: the one that is chosen first.
  open(deed, command, { queue = null, queues = [] } = {}) {
    this.#command = command;
    for (const part of ["heading", "about", "submit"]) {
      setText(slot(this.#dialog, part), say(`${deed}-${part}`));
    }
    slot(this.#dialog, "submit").dataset.ends = deed === "close";
    this.#form.reset();
    show(slot(this.#dialog, "queue-field"), deed === "move");
    setOptions(this.#form.elements.queue, queues);
    if (queues.some(({ id }) => id === queue)) this.#form.elements.queue.value = queue;
    this.#report("");
    this.#dialog.showModal();
    this.#form.elements[deed === "move" ? "queue" : "reason"].focus();
  }

  #submit() {
    const { reason, queue } = this.#form.elements;
    if (!reason.value.trim()) {
      this.#report(say("no-reason"));
      reason.focus();
      return;
    }
    const moves = !slot(this.#dialog, "queue-field").hidden;
    const given = { reason: reason.value, ...(moves && { queue: Number(queue.value) }) };
    whileBusy([slot(this.#dialog, "submit")], async () => {
      try {
        await this.#command(given);
        this.#dialog.close();
      } catch (error) {
        this.#report(sentence(error));
      }
    });
  }

  #report(text) {
    report(slot(this.#dialog, "problem"), text);
  }
}
