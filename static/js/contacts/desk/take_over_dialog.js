// A supervisor takes a chat from its agent, and says why.
import { clone, slot, whileBusy } from "../../core/dom.js";
import { report, reportAt, sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";

export class TakeOverDialog {
  #dialog = clone("take-over-dialog");
  #run;

  // `run(reason)` does it, and may be refused.
  constructor({ run }) {
    this.#run = run;
    slot(this.#dialog, "cancel").addEventListener("click", () => this.#dialog.close());
    slot(this.#dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.#dialog, "submit")], () => this.#submit());
    });
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  async #submit() {
    const { reason } = slot(this.#dialog, "form").elements;
    const problem = slot(this.#dialog, "problem");
    const text = reason.value.trim();
    reportAt(reason, problem, text === "" ? say("take-over-reason-first") : "");
    if (text === "") return reason.focus();
    try {
      await this.#run(text);
    } catch (error) {
      const errors = Object.values(error.errors ?? {}).flat();
      return report(problem, errors.join(" ") || sentence(error));
    }
    this.#dialog.close();
  }
}
