// The dialog that shows an earlier contact, read-only.
import { setText, slot } from "../../core/dom.js";
import { sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";
import { Reading } from "./reading.js";

export class TranscriptDialog {
  #dialog = document.querySelector("[data-dialog='transcript']");
  #api;

  constructor({ api }) {
    this.#api = api;
    slot(this.#dialog, "close").addEventListener("click", () => this.#dialog.close());
  }

  async open({ contact, about, me }) {
    const reading = new Reading({ me, api: this.#api });
    setText(slot(this.#dialog, "about"), about);
    setText(slot(this.#dialog, "state"), say("loading"));
    slot(this.#dialog, "log").replaceChildren(reading.element);
    this.#dialog.showModal();
    try {
      const isWritten = await reading.load(contact);
      setText(slot(this.#dialog, "state"), isWritten ? "" : say("transcript-none"));
    } catch (error) {
      setText(slot(this.#dialog, "state"), sentence(error));
    }
  }
}
