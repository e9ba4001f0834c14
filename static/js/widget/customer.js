// What the site says of its visitor, as the chat page may be told it: texts alone.
import { cut } from "./dom.js";

const DETAILS = ["token", "name", "email", "phone"];
const LONGEST = { token: 8_000, name: 100, email: 254, phone: 50 };
const LONGEST_VALUE = 1_000;
const MOST_ATTRIBUTES = 50;

export class Customer {
  #details = {};
  #attributes = {};

  // Replaces what was said before; null: nobody is signed in any more.
  identify(details) {
    this.#details = {};
    for (const name of DETAILS) {
      const value = details?.[name];
      if (typeof value === "string") this.#details[name] = cut(value, LONGEST[name]);
    }
  }

  // Adds to what was said before; null takes one away.
  setAttributes(attributes) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === null) delete this.#attributes[name];
      else if (["string", "number", "boolean"].includes(typeof value)) this.#set(name, value);
    }
  }

  get told() {
    const { token: identity = "", ...details } = this.#details;
    return { identity, details, attributes: this.#attributes };
  }

  #set(name, value) {
    const isNew = !Object.hasOwn(this.#attributes, name);
    if (isNew && Object.keys(this.#attributes).length >= MOST_ATTRIBUTES) return;
    this.#attributes[name] = cut(String(value), LONGEST_VALUE);
  }
}
