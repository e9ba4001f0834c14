// A conversation to read, not to write in: earlier contacts, and the one that
// is being wrapped up.
import { clone } from "../../core/dom.js";
import { FileChips } from "../../core/files.js";
import { Transcript } from "../../core/transcript.js";

export class Reading {
  element = clone("reading-log");
  #api;
  #transcript;

  constructor({ me, api }) {
    this.#api = api;
    this.#transcript = new Transcript({
      root: this.element,
      isOwn: ({ sender }) => sender.key === me.key,
      onGap: () => {},
      chips: new FileChips({ api }),
    });
  }

  toEnd() {
    this.#transcript.toEnd();
  }

  // Return whether there is anything to read. At most 500 messages at a time.
  async load(contact) {
    const known = await this.#api.get(`contacts/${contact}/`).catch(() => null);
    this.#transcript.speak(known?.spoken_language ?? "");
    let messages;
    do {
      const after = this.#transcript.after;
      messages = await this.#api.get(`contacts/${contact}/messages/?after=${after}`);
      this.#transcript.putAll(messages, after);
      if (this.#transcript.after === after) break;
    } while (messages.length);
    for (const note of await this.#api.get(`contacts/${contact}/notes/`)) {
      this.#transcript.putNote(note);
    }
    this.#transcript.toEnd();
    return this.#transcript.after > 0;
  }
}
