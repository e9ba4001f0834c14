// Whether the person of a page is still signed in, and for how long. Asking is no work:
// a session ends all the same.
import { cookie } from "../core/api.js";

export class Signing {
  #address;
  #person;

  constructor({ address, person }) {
    this.#address = address;
    this.#person = person;
  }

  // { seconds_left, may_stay }, or null where they are not signed in; an error where
  // nobody can tell.
  left() {
    return this.#fetch({ method: "GET" });
  }

  // Begin the time anew.
  stay() {
    return this.#fetch({ method: "POST" }, { "X-CSRFToken": cookie("csrftoken") });
  }

  // They have signed in again: forms of this page may be sent once more.
  renewForms() {
    for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) {
      field.value = cookie("csrftoken");
    }
  }

  async #fetch(options, headers = {}) {
    const response = await fetch(this.#address, {
      ...options,
      headers: { ...headers, "X-Parley-Person": this.#person },
    });
    if ([401, 409].includes(response.status)) return null;
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }
}
