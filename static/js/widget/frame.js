// The chat page in its frame, and what the two tell each other: messages
// { parley: word, ... }, each looked at for its origin and its window.
import { element } from "./dom.js";

const PATIENCE = 15_000; // ms until a page that does not come is given up
const ANSWER = 3_000; // ms for a page that came to say so

export class Frame {
  #origin;
  #address;
  #element = null;
  #isReady = false;
  #timer;
  #onWord;
  #onFailure;

  // `onWord(word, values)` hears the page, `onFailure()` that it does not come, for
  // example because the site is not allowed to frame it.
  constructor({ origin, address, label, onWord, onFailure }) {
    this.#origin = origin;
    this.#address = address;
    this.#onWord = onWord;
    this.#onFailure = onFailure;
    this.label = label;
    window.addEventListener("message", (event) => this.#hear(event));
  }

  get isLoaded() {
    return this.#element !== null;
  }

  // Put the page into `place`: the first request for anything but the script.
  load(place) {
    if (this.isLoaded) return;
    this.#element = element("iframe", {
      src: this.#address,
      title: this.label,
      name: "parley-widget",
      allow: "camera; microphone; display-capture; autoplay",
    });
    this.#element.addEventListener("load", () => this.#greet());
    this.#giveUpIn(PATIENCE);
    place.append(this.#element);
  }

  focus() {
    this.#element?.focus();
  }

  tell(word, values = {}) {
    if (this.#isReady) this.#post(word, values);
  }

  // Also after the page has loaded itself anew.
  #greet() {
    this.#isReady = false;
    this.#giveUpIn(ANSWER);
    this.#post("hello");
  }

  #post(word, values = {}) {
    this.#element.contentWindow?.postMessage({ ...values, parley: word }, this.#origin);
  }

  #hear({ origin, source, data }) {
    if (!this.isLoaded || origin !== this.#origin) return;
    if (source !== this.#element.contentWindow) return;
    const { parley: word, ...values } = Object(data);
    if (typeof word !== "string") return;
    if (word === "ready") {
      this.#isReady = true;
      clearTimeout(this.#timer);
    }
    this.#onWord(word, values);
  }

  #giveUpIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onFailure(), milliseconds);
  }
}
