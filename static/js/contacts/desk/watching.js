// What those who oversee do in the chats of others: they whisper, barge in, take over,
// or stop watching; and the whispers in the log, for the agents, too. Give it the
// element of contacts/desk/_conversation.html.
//
//   const watching = new Watching({ root, contact, api, draftKey, transcript,
//     command: (name, body) => desk.command(contact, name, body), onProblem });
//   watching.put(card);
//   watching.heard(whisper);   // frame `whisper`
//   watching.load();           // all of them, after every welcome
import { show, slot, whileBusy } from "../../core/dom.js";
import { newId } from "../../core/ids.js";
import { isComposing } from "../../core/keys.js";
import { sentence } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { say } from "../../core/words.js";
import { isWatched } from "./names.js";
import { TakeOverDialog } from "./take_over_dialog.js";

const NOT_YOURS = 403;

export class Watching {
  #root;
  #path;
  #api;
  #draftKey;
  #transcript;
  #command;
  #onProblem;
  #id = null; // of what is typed: a repeat is stored once

  constructor({ root, contact, api, draftKey, transcript, command, onProblem }) {
    this.#root = root;
    this.#path = `contacts/${contact}/`;
    this.#api = api;
    this.#draftKey = draftKey;
    this.#transcript = transcript;
    this.#command = command;
    this.#onProblem = onProblem;
    this.#editor.value = store.read(draftKey) ?? "";
    this.#editor.addEventListener("input", () => this.#typed());
    this.#editor.addEventListener("keydown", (event) => this.#key(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#whisper();
    });
  }

  put(card) {
    const isHere = isWatched(card);
    show(slot(this.#root, "composer"), !isHere);
    this.#root.dataset.watched = isHere;
    if (!isHere) return;
    const name = say("whisper-to", { name: card.owner.display_name });
    this.#editor.setAttribute("aria-label", name);
    this.#editor.placeholder = name;
  }

  heard(whisper) {
    this.#transcript.putNote(whisper, "whisper");
  }

  async load() {
    try {
      for (const each of await this.#api.get(`${this.#path}whispers/`)) this.heard(each);
    } catch (error) {
      if (error.status !== 0 && error.status !== NOT_YOURS) this.#onProblem(sentence(error));
    }
  }

  bargeIn() {
    return this.#try("barge", () => this.#command("barge"));
  }

  takeOver() {
    const run = (reason) => this.#command("take-over", { reason });
    new TakeOverDialog({ run }).open();
  }

  stop() {
    return this.#try("watch_end", () => this.#api.delete(`${this.#path}watch/`));
  }

  #try(control, run) {
    const button = this.#root.querySelector(`[data-control="${control}"]`);
    return whileBusy([button], async () => {
      this.#onProblem("");
      try {
        await run();
      } catch (error) {
        this.#onProblem(sentence(error));
      }
    });
  }

  #whisper() {
    const text = this.#editor.value.trim();
    if (text === "") return this.#editor.focus();
    this.#id ??= newId();
    return whileBusy([slot(this.#root, "whisper-send")], async () => {
      this.#onProblem("");
      try {
        const body = { client_id: this.#id, text };
        this.heard(await this.#api.post(`${this.#path}whispers/`, body));
        this.#clear();
      } catch (error) {
        this.#onProblem(sentence(error));
      }
      this.#editor.focus();
    });
  }

  #typed() {
    this.#id = null;
    store.write(this.#draftKey, this.#editor.value);
  }

  #clear() {
    this.#editor.value = "";
    this.#id = null;
    store.remove(this.#draftKey);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  get #form() {
    return slot(this.#root, "whisper");
  }

  get #editor() {
    return slot(this.#root, "whisper-editor");
  }
}
