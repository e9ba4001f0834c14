// The form before the conversation: its fields come from the entry point.
import { clone, fill, setText, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";

const OF_THE_CUSTOMER = new Set(["name", "email", "phone"]);
const AUTOCOMPLETE = { name: "name", email: "email", phone: "tel" };

export class Prechat {
  #form;
  #fields;
  #onStart;

  // `onStart(customer, consent)` may reject with an ApiError, which is shown here.
  constructor({ form, onStart }) {
    this.#form = form;
    this.#fields = slot(form, "fields");
    this.#onStart = onStart;
    form.addEventListener("input", ({ target }) => this.#say(target, ""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
  }

  // `consent`: what is to be agreed to, "" for nothing.
  render(fields, consent) {
    this.#fields.replaceChildren(...fields.map((field) => this.#field(field)));
    setText(slot(this.#form, "consent-text"), consent);
    show(slot(this.#form, "consent-box"), consent !== "");
    this.#consent.disabled = consent === "";
    this.#consent.checked = false;
  }

  // What the customer said before; a choice that is none any more is left out.
  fill({ attributes = {}, ...addresses }) {
    const known = { ...attributes, ...addresses };
    for (const input of this.#questions()) {
      if (!(input.name in known)) continue;
      if (input.type === "checkbox") input.checked = known[input.name] === "true";
      else input.value = known[input.name];
    }
  }

  get #consent() {
    return slot(this.#form, "consent");
  }

  // What the site says of the customer, for what is not filled in yet.
  know({ details, attributes }) {
    const known = { ...attributes, ...details };
    for (const input of this.#questions()) {
      const value = Object.hasOwn(known, input.name) ? known[input.name] : "";
      if (input.type === "checkbox") input.checked ||= value === "true";
      else if (input.value === "") input.value = value;
    }
  }

  // What the site says beside what is asked here: who it is, and how to reach them.
  beside({ identity, details }) {
    const asked = new Set(this.#questions().map(({ name }) => name));
    const rest = Object.entries(details).filter(([name]) => !asked.has(name));
    return { ...Object.fromEntries(rest), identity };
  }

  #field({ name, label, type, required, choices = [] }) {
    const row = clone(`prechat-${template(type)}`);
    const input = slot(row, "input");
    fill(row, { label });
    show(slot(row, "optional"), !required);
    if (template(type) === "input") input.type = type;
    if (template(type) === "select") input.append(...choices.map((text) => new Option(text, text)));
    if (AUTOCOMPLETE[name]) input.autocomplete = AUTOCOMPLETE[name];
    Object.assign(input, { id: `prechat-${name}`, name, required });
    slot(row, "label-for").htmlFor = input.id;
    slot(row, "error").id = `prechat-${name}-error`;
    return row;
  }

  async #start() {
    this.#busy(true);
    this.#clear();
    try {
      await this.#onStart(this.#customer(), this.#consent.checked);
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#busy(false);
    }
  }

  #customer() {
    const customer = { attributes: {} };
    for (const input of this.#questions()) {
      const value = input.type === "checkbox" ? String(input.checked) : input.value.trim();
      if (value === "") continue;
      const into = OF_THE_CUSTOMER.has(input.name) ? customer : customer.attributes;
      into[input.name] = value;
    }
    return customer;
  }

  // The server's sentences go beside the fields they are about; what is about
  // no field here goes above them.
  #refused(error) {
    const rest = [];
    for (const [path, sentences] of Object.entries(error.errors ?? {})) {
      const input = this.#form.elements.namedItem(path.split(".").at(-1));
      if (input) this.#say(input, sentences.join(" "));
      else rest.push(...sentences);
    }
    const invalid = this.#form.querySelector("[aria-invalid='true']");
    const key = error.code === "network" ? "start-network" : "start-failed";
    const text = rest.join(" ") || (invalid ? "" : error.detail || say(key));
    const problem = slot(this.#form, "problem");
    setText(problem, text);
    show(problem, text !== "");
    invalid?.focus();
  }

  #clear() {
    show(slot(this.#form, "problem"), false);
    for (const input of this.#inputs()) this.#say(input, "");
  }

  #say(input, sentence) {
    const error = document.getElementById(`${input.id}-error`);
    setText(error, sentence);
    show(error, sentence !== "");
    input.setAttribute("aria-invalid", sentence !== "");
    if (sentence) input.setAttribute("aria-describedby", error.id);
    else input.removeAttribute("aria-describedby");
  }

  #busy(isBusy) {
    slot(this.#form, "start").disabled = isBusy;
  }

  #inputs() {
    return [...this.#questions(), this.#consent];
  }

  #questions() {
    return [...this.#fields.querySelectorAll("[data-slot='input']")];
  }
}

function template(type) {
  if (type === "queue") return "select";
  return ["textarea", "select", "checkbox"].includes(type) ? type : "input";
}
