// Asks before a chat ends in which something was typed and not sent.
export class UnsentDialog {
  #dialog = document.querySelector("[data-dialog='unsent']");

  // Answer whether the chat is to end all the same.
  ask() {
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      const answer = () => resolve(this.#dialog.returnValue === "end");
      this.#dialog.addEventListener("close", answer, { once: true });
    });
  }
}
