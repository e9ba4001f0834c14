// What this browser remembers of a visit to one entry point: the conversation,
// the token that opens it, and who was here before.
import * as store from "../../core/store.js";

export class Visit {
  #key;
  #visitorKey;

  constructor(entryPoint) {
    this.#key = `visit.${entryPoint}`;
    this.#visitorKey = `visitor.${entryPoint}`;
  }

  // {contact, token, rated} or null.
  get current() {
    return store.read(this.#key);
  }

  get visitor() {
    return store.read(this.#visitorKey);
  }

  begin({ contact, token, visitor }) {
    store.write(this.#key, { contact: contact.id, token, rated: false });
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
