// Asks before a chat ends in which something was typed, or added, and not sent.
import { show, slot } from "../../core/dom.js";

export class UnsentDialog {
  #dialog = document.querySelector("[data-dialog='unsent']");

  // Answer whether the chat is to end all the same.
  ask({ text, files }) {
    show(slot(this.#dialog, "text"), text);
    show(slot(this.#dialog, "files"), files);
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      const answer = () => resolve(this.#dialog.returnValue === "end");
      this.#dialog.addEventListener("close", answer, { once: true });
    });
  }
}
