// Typing, both ways: our own as sparse frames, the others' as one line.
import { setText, show } from "./dom.js";
import { listed } from "./language.js";
import { say } from "./words.js";

const REPEAT = 4_000; // say again while typing goes on
const FORGET = 6_000; // no word for this long: they have stopped
const QUIET = 60_000; // until it is read out again

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
  #said; // for those who hear it
  #saidAt = -Infinity;
  #writers = new Map(); // who -> { name, timer }

  constructor(line) {
    this.#line = line;
    this.#said = line.parentElement.querySelector("[data-slot='typing-said']");
  }

  // A frame {sender, on}.
  put({ sender, on }) {
    const who = sender.key ?? sender.kind;
    clearTimeout(this.#writers.get(who)?.timer);
    this.#writers.delete(who);
    if (on) {
      const timer = setTimeout(() => this.put({ sender, on: false }), FORGET);
      this.#writers.set(who, { name: sender.name, timer });
    }
    this.#render();
  }

  clear() {
    for (const { timer } of this.#writers.values()) clearTimeout(timer);
    this.#writers.clear();
    this.#render();
  }

  #render() {
    const names = Array.from(this.#writers.values(), ({ name }) => name);
    const text = names.length ? say("typing", { name: listed(names) }) : "";
    if (text) setText(this.#line.querySelector("[data-slot='typing-text']"), text);
    show(this.#line, text !== "");
    this.#readOut(text);
  }

  // Now and then: who writes for long stops and goes on every few seconds.
  #readOut(text) {
    if (!text) return setText(this.#said, "");
    if (this.#said.textContent || Date.now() - this.#saidAt < QUIET) return;
    this.#saidAt = Date.now();
    setText(this.#said, text);
  }
}
