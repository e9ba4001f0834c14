// How often a visitor came, in the site's own storage; where that is blocked, this page
// is all that is known.
import { keep, recall } from "./memory.js";

const PAUSE = 1_800_000; // ms without a sign after which a visit is over

export class Visits {
  #key;
  #visit = { number: 0, seen: 0, isDone: false }; // where nothing can be kept

  constructor(entryPoint) {
    this.#key = `parley.widget.${entryPoint}.visit`;
    const before = this.#now;
    const goesOn = Date.now() - before.seen < PAUSE;
    this.#keep(goesOn ? {} : { number: before.number + 1, isDone: false });
  }

  // Which visit of this browser it is: 1, 2, ...
  get number() {
    return this.#now.number;
  }

  // Whether nobody is to be invited any more in this visit, in any tab.
  get isDone() {
    return this.#now.isDone;
  }

  done() {
    this.#keep({ isDone: true });
  }

  goesOn() {
    this.#keep({});
  }

  get #now() {
    const { number, seen, isDone } = Object(parsed(recall("localStorage", this.#key)));
    if (Number.isSafeInteger(number) && Number.isSafeInteger(seen)) {
      this.#visit = { number, seen, isDone: isDone === true };
    }
    return this.#visit;
  }

  #keep(changes) {
    this.#visit = { ...this.#now, ...changes, seen: Date.now() };
    keep("localStorage", this.#key, JSON.stringify(this.#visit));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
