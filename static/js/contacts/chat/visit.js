// What this browser remembers of a visit to one entry point: the conversation,
// the token that opens it, and who was here before.
import { newId } from "../../core/ids.js";
import * as store from "../../core/store.js";

export class Visit {
  #key;
  #visitorKey;
  #attemptKey;

  constructor(entryPoint) {
    this.#key = `visit.${entryPoint}`;
    this.#visitorKey = `visitor.${entryPoint}`;
    this.#attemptKey = `attempt.${entryPoint}`;
  }

  // {contact, token, rated, since, customer} or null; `customer` is what was typed before it.
  get current() {
    return store.read(this.#key);
  }

  get visitor() {
    return store.read(this.#visitorKey);
  }

  // What the next request to begin is known by, and its repeats, until it is answered:
  // an answer may be lost.
  get attempt() {
    const known = store.read(this.#attemptKey);
    if (known) return known;
    const attempt = newId();
    store.write(this.#attemptKey, attempt);
    return attempt;
  }

  answered() {
    store.remove(this.#attemptKey);
  }

  begin({ contact, token, visitor }, customer) {
    this.answered();
    const since = Date.now();
    store.write(this.#key, { contact: contact.id, token, rated: false, since, customer });
    if (visitor) store.write(this.#visitorKey, visitor);
  }

  rated() {
    store.write(this.#key, { ...this.current, rated: true });
  }

  forget() {
    store.remove(this.#key);
  }

  // Another tab began a conversation.
  onBegunElsewhere(listener) {
    store.onChangeElsewhere((key) => {
      if (key === this.#key && this.current) listener(this.current);
    });
  }
}
