// Typing, both ways: our own as sparse frames, the others' as one line.
import { setText, show } from "./dom.js";
import { say } from "./words.js";

const REPEAT = 4_000; // say again while typing goes on
const FORGET = 6_000; // no word for this long: they have stopped

// Tell the others. Call `typed()` at each key stroke, `stopped()` after sending.
//
//   new TypingSender((on) => socket.send({ type: "typing", contact, on }));
export class TypingSender {
  #tell;
  #saidAt = 0;
  #timer = null;

  constructor(tell) {
    this.#tell = tell;
  }

  typed(isEmpty = false) {
    if (isEmpty) return this.stopped();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stopped(), REPEAT);
    if (Date.now() - this.#saidAt < REPEAT) return;
    this.#saidAt = Date.now();
    this.#tell(true);
  }

  stopped() {
    clearTimeout(this.#timer);
    if (this.#saidAt) this.#tell(false);
    this.#saidAt = 0;
  }
}

// Show who types, in the element `line` (slot "typing" of the transcript).
export class TypingLine {
  #line;
  #names = new Map(); // name -> timer

  constructor(line) {
    this.#line = line;
  }

  // A frame {sender, on}.
  put({ sender, on }) {
    clearTimeout(this.#names.get(sender.name));
    this.#names.delete(sender.name);
    if (on) {
      const timer = setTimeout(() => this.put({ sender, on: false }), FORGET);
      this.#names.set(sender.name, timer);
    }
    this.#render();
  }

  clear() {
    for (const timer of this.#names.values()) clearTimeout(timer);
    this.#names.clear();
    this.#render();
  }

  #render() {
    const names = [...this.#names.keys()];
    const text = this.#line.querySelector("[data-slot='typing-text']");
    if (names.length) setText(text, say("typing", { name: names.join(", ") }));
    show(this.#line, names.length > 0);
  }
}
