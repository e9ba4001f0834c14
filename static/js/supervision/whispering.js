// What a watcher tells the agents of a chat: an editor of its own, so that it is never
// mistaken for one that customers read.
import { clone, setText, show, slot, whileBusy } from "../core/dom.js";
import { newId } from "../core/ids.js";
import { report, sentence } from "../core/refusal.js";
import { say } from "../core/words.js";

export class Whispering {
  #form;
  #api;
  #contact;
  #clientId = newId();

  constructor({ root, api, contact }) {
    this.#form = slot(root, "whisper");
    this.#api = api;
    this.#contact = contact;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#form.elements.text.addEventListener("input", () => {
      this.#clientId = newId(); // other words are another whisper
    });
  }

  async open(agent) {
    setText(slot(this.#form, "whisper-label"), say("whisper-to", { agent }));
    show(this.#form);
    this.#form.elements.text.focus();
    await this.load();
  }

  close() {
    show(this.#form, false);
  }

  get isOpen() {
    return !this.#form.hidden;
  }

  async load() {
    const whispers = await this.#api.get(`contacts/${this.#contact}/whispers/`);
    const rows = whispers.map(({ sender, text }) => {
      const row = clone("line");
      setText(row, say("whispered", { name: sender.name, text }));
      return row;
    });
    slot(this.#form, "whispers").replaceChildren(...rows);
  }

  #send() {
    const { text } = this.#form.elements;
    const problem = slot(this.#form, "whisper-problem");
    if (!text.value.trim()) return text.focus();
    whileBusy([slot(this.#form, "whisper-send")], async () => {
      report(problem, "");
      try {
        const whisper = { client_id: this.#clientId, text: text.value };
        await this.#api.post(`contacts/${this.#contact}/whispers/`, whisper);
        text.value = "";
        this.#clientId = newId();
        await this.load();
      } catch (error) {
        report(problem, sentence(error));
      }
    });
  }
}
