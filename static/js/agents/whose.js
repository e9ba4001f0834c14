// Whose tab this is, and whether they are signed in in this browser still. Another
// tab may have signed them out, or somebody else in: then nothing goes on here
// until they are back, and the tab says so.
import { Api } from "../core/api.js";
import { setText, slot } from "../core/dom.js";
import { say } from "../core/words.js";

const LOOK_EVERY = 3_000; // milliseconds, while nobody is signed in
const HERE = "here";
const NOBODY = "nobody";
const OTHER = "other";

export class Whose {
  #id;
  #name;
  #onBack;
  #api = new Api(); // asks who is there, whoever it is
  #state = HERE;
  #timer = null;
  #isAsking = false;
  #dialogs = {
    [NOBODY]: document.querySelector("[data-dialog='signed-out']"),
    [OTHER]: document.querySelector("[data-dialog='other-person']"),
  };

  // `onBack()`: the person is signed in, again or still.
  constructor({ id, name, onBack }) {
    this.#id = id;
    this.#name = name;
    this.#onBack = onBack;
    for (const dialog of Object.values(this.#dialogs)) {
      // Escape does not sign anybody in.
      dialog.addEventListener("cancel", (event) => event.preventDefault());
      dialog.addEventListener("close", () => this.#show());
    }
    const look = () => this.#state !== HERE && this.ask();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
  }

  get isHere() {
    return this.#state === HERE;
  }

  // Something was refused, or the socket closed: find out who is there now.
  async ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    clearTimeout(this.#timer);
    try {
      this.#become(await this.#who());
    } catch {
      this.#lookAgain();
    } finally {
      this.#isAsking = false;
    }
  }

  // The person who is signed in, or null; an error where nobody can tell.
  async #who() {
    try {
      return await this.#api.get("me/");
    } catch (error) {
      if (error.status === 401) return null;
      // Somebody is signed in, and has no organisation to work for.
      if (error.status === 403) return { id: null, display_name: say("somebody-else") };
      throw error;
    }
  }

  #become(person) {
    if (person === null) this.#state = NOBODY;
    else this.#state = String(person.id) === this.#id ? HERE : OTHER;
    if (this.#state === OTHER) this.#say(person.display_name);
    this.#show();
    if (this.#state === HERE) this.#onBack();
    if (this.#state === NOBODY) this.#lookAgain();
  }

  #say(other) {
    const dialog = this.#dialogs[OTHER];
    for (const name of ["heading", "text", "again", "go-on"]) {
      setText(slot(dialog, name), say(`other-person-${name}`, { other, name: this.#name }));
    }
  }

  #show() {
    for (const [state, dialog] of Object.entries(this.#dialogs)) {
      const isDue = state === this.#state;
      if (isDue && !dialog.open) dialog.showModal();
      if (!isDue && dialog.open) dialog.close();
    }
  }

  #lookAgain() {
    this.#timer = setTimeout(() => this.ask(), LOOK_EVERY);
  }
}
