// Who has waited for long may leave a message instead, where messages are taken.
import { Api } from "../../core/api.js";
import { ask, show, slot } from "../../core/dom.js";
import { LeaveMessage } from "./leave_message.js";

const LONG = 300_000; // milliseconds
const WAITING = new Set(["queued", "offered"]);

export class LongWait {
  #button;
  #dialog;
  #entryPoint;
  #options;
  #timer = null;
  #api = new Api();

  // `button` is in the banner of those who wait, `since` when they began.
  constructor({ button, dialog, entryPoint, since, ...options }) {
    this.#button = button;
    this.#dialog = dialog;
    this.#entryPoint = entryPoint;
    this.#options = options;
    const rest = Math.max(0, since + LONG - Date.now());
    this.#timer = setTimeout(() => this.#look(), rest);
    button.addEventListener("click", () => this.#open());
  }

  put({ state }) {
    if (!WAITING.has(state)) this.stop();
  }

  stop() {
    clearTimeout(this.#timer);
    show(this.#button, false);
  }

  async #look() {
    try {
      const { offline_messages: isTaken } = await this.#api.get(`chat/entry-points/${this.#entryPoint}/`);
      show(this.#button, isTaken);
    } catch {
      this.#timer = setTimeout(() => this.#look(), LONG / 10);
    }
  }

  #open() {
    new LeaveMessage({
      place: slot(this.#dialog, "place"),
      entryPoint: this.#entryPoint,
      ...this.#options,
    });
    return ask(this.#dialog);
  }
}
