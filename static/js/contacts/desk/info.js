// What is known of the customer; name, e-mail, phone and attributes can be corrected.
import { clone, fill, identify, setText, show, slot, whileBusy } from "../../core/dom.js";
import { report, reportAt, sentence } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { say } from "../../core/words.js";
import { BlockDialog } from "./block_dialog.js";
import { Attributes } from "./attributes.js";
import { isWatched } from "./names.js";
import { CustomerNotes } from "./customer_notes.js";
import { drawRatings, drawVisit } from "./visit_facts.js";

const YES_OR_NO = { true: "yes", false: "no" }; // what a tick box leaves
const FIELDS = ["name", "email", "phone"];

export class Info {
  element = clone("info-view");
  #contact;
  #api;
  #draftKey;
  #notes;
  #attributes;
  #customer = null;
  #isOurs = false; // to correct, not only to read

  constructor({ contact, me, api }) {
    this.#contact = contact;
    this.#api = api;
    this.#draftKey = `info.agent-${me.id}.${contact}`;
    identify(this.element, contact);
    this.#notes = new CustomerNotes({ contact, me, api });
    this.element.append(this.#notes.element);
    this.#attributes = new Attributes({
      root: slot(this.element, "more"),
      onChange: () => this.#edited(),
    });
    this.#form.addEventListener("input", () => this.#edited());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.element, "save")], () => this.#save());
    });
    slot(this.element, "undo").addEventListener("click", () => this.#undo());
    show(slot(this.element, "blocking"), me.role === "supervisor");
    slot(this.element, "block").addEventListener("click", () => this.#block());
    this.#load();
  }

  // After End everything is there to be read only.
  put(card) {
    this.#isOurs = card.state === "connected" && !isWatched(card);
    this.#unlock();
    this.#notes.put(card);
  }

  #block() {
    const onDone = (text) => setText(slot(this.element, "blocked"), text);
    new BlockDialog({ contact: this.#contact, api: this.#api, onDone }).open();
  }

  async #load() {
    this.#say(say("loading"));
    try {
      const [customer, contact, earlier] = await Promise.all([
        this.#api.get(this.#path),
        this.#api.get(`contacts/${this.#contact}/`),
        this.#api.get(`contacts/${this.#contact}/history/`),
      ]);
      drawVisit(this.element, contact);
      drawRatings(this.element, earlier.results);
      this.#drawAnswers(contact.prechat);
      this.#receive(customer);
      this.#restore();
      this.#say("");
    } catch (error) {
      this.#say(sentence(error));
    }
  }

  get #form() {
    return slot(this.element, "details-form");
  }

  get #path() {
    return `contacts/${this.#contact}/customer/`;
  }

  get #typed() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.#input(name).value]));
  }

  get #changes() {
    const changed = FIELDS.filter(
      (name) => this.#input(name).value.trim() !== (this.#customer[name] ?? ""),
    );
    const details = changed.map((name) => [name, this.#input(name).value.trim()]);
    const { changes: attributes } = this.#attributes;
    return { ...Object.fromEntries(details), ...(attributes && { attributes }) };
  }

  get #draft() {
    const { attributes, ...details } = this.#changes;
    return attributes ? { ...details, attributes: this.#attributes.pairs } : details;
  }

  // Nothing can be typed that the answer would overwrite.
  #unlock() {
    const isOpen = this.#customer !== null && this.#isOurs;
    for (const name of FIELDS) this.#input(name).readOnly = !isOpen;
    this.#attributes.open(isOpen);
  }

  #receive(customer) {
    this.#customer = customer;
    this.#unlock();
    for (const name of FIELDS) this.#input(name).value = customer[name] ?? "";
    const mark = slot(this.element, "mark");
    mark.dataset.verified = customer.verified;
    report(mark, say(customer.verified ? "verified" : "unverified"));
    this.#attributes.put(customer.attributes);
  }

  #drawAnswers(answers) {
    const rows = Object.entries(answers).map(factRow);
    slot(this.element, "prechat").replaceChildren(...rows);
    show(slot(this.element, "asked"), rows.length > 0);
  }

  // What was typed and not saved outlives a reload.
  #restore() {
    const { attributes, ...draft } = store.read(this.#draftKey) ?? {};
    if (attributes) this.#attributes.restore(attributes);
    for (const [name, value] of Object.entries(draft)) this.#input(name).value = value;
    this.#edited();
  }

  #edited() {
    if (!this.#customer) return;
    const isChanged = Object.keys(this.#changes).length > 0;
    if (isChanged) store.write(this.#draftKey, this.#draft);
    else store.remove(this.#draftKey);
    const actions = slot(this.element, "actions");
    if (!isChanged && actions.contains(document.activeElement)) this.#input("name").focus();
    show(actions, isChanged);
    if (isChanged) this.#say("");
  }

  #undo() {
    this.#receive(this.#customer);
    this.#refuse({});
    this.#edited();
  }

  async #save() {
    const changes = this.#changes;
    if (Object.keys(changes).length === 0) return;
    this.#refuse({});
    if (this.#attributes.hasTwice) return this.#refuse({ attributes: [say("attribute-twice")] });
    const before = this.#typed;
    const pairsBefore = JSON.stringify(this.#attributes.pairs);
    try {
      const customer = await this.#api.patch(this.#path, changes);
      const since = this.#typed;
      const pairs = this.#attributes.pairs;
      this.#receive(customer);
      if (JSON.stringify(pairs) !== pairsBefore) this.#attributes.restore(pairs);
      for (const name of FIELDS) {
        if (since[name] !== before[name]) this.#input(name).value = since[name];
      }
      this.#edited();
      this.#say(say("saved"));
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error) {
    const errors = { ...error.errors, attributes: ofAttributes(error.errors ?? {}) };
    const named = FIELDS.filter((name) => errors[name]);
    const isNamed = named.length > 0 || errors.attributes.length > 0;
    this.#refuse(errors, isNamed ? "" : sentence(error));
    if (named.length) this.#input(named[0]).focus();
  }

  #refuse(errors, problem = "") {
    for (const name of FIELDS) {
      const place = this.element.querySelector(`[data-error="${name}"]`);
      reportAt(this.#input(name), place, (errors[name] ?? []).join(" "));
    }
    report(this.element.querySelector('[data-error="attributes"]'), (errors.attributes ?? []).join(" "));
    report(slot(this.element, "problem"), problem);
  }

  #say(text) {
    setText(slot(this.element, "state"), text);
  }

  #input(name) {
    return this.#form.elements.namedItem(name);
  }
}

// `attributes` is wrong, or one of them: `attributes.order`.
function ofAttributes(errors) {
  const named = Object.entries(errors).filter(([name]) => name.split(".")[0] === "attributes");
  return named.map(([name, sentences]) => {
    const [, attribute] = name.split(/\.(.*)/s);
    return attribute ? `${attribute}: ${sentences.join(" ")}` : sentences.join(" ");
  });
}

function factRow([name, value]) {
  const words = YES_OR_NO[value] ? say(YES_OR_NO[value]) : value;
  return fill(clone("fact-row"), { name: name.replaceAll("_", " "), value: words });
}
