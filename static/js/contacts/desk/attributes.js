// Facts about the customer, each a name and a text: added, changed, removed. Give it
// the element with the slots of contacts/desk/_details.html; its form hears `input`.
//
//   const attributes = new Attributes({ root, onChange: () => {} });
//   attributes.put({ order: "A-1" });   // what is stored
//   attributes.pairs;                   // [[name, text]] as they stand there now
//   attributes.restore(pairs);          // typed before and not saved
//   attributes.changes;                 // all of them, where they differ; else null
//   attributes.open(false);             // to be read only
import { clone, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";

const YES_OR_NO = { true: "yes", false: "no" }; // what a tick box leaves

export class Attributes {
  #root;
  #rows;
  #add;
  #onChange;
  #stored = {};
  #isOpen = false;

  constructor({ root, onChange }) {
    this.#root = root;
    this.#rows = slot(root, "attributes");
    this.#add = slot(root, "add-attribute");
    this.#onChange = onChange;
    this.#add.addEventListener("click", () => {
      slot(this.#append("", ""), "key").focus();
      this.#changed();
    });
  }

  get pairs() {
    return [...this.#rows.children].map((row) => [
      slot(row, "key").value.trim(),
      typed(slot(row, "value")),
    ]);
  }

  // A row that nobody has filled in is none.
  get changes() {
    const named = this.pairs.filter(([name, text]) => name !== "" || text !== "");
    const stored = Object.entries(this.#stored);
    const isSame = JSON.stringify(named) === JSON.stringify(stored);
    return isSame ? null : Object.fromEntries(named);
  }

  // Two rows of one name would be one, and the other lost.
  get hasTwice() {
    const names = this.pairs.map(([name]) => name).filter(Boolean);
    return new Set(names).size < names.length;
  }

  put(attributes) {
    this.#stored = attributes;
    this.restore(Object.entries(attributes));
  }

  restore(pairs) {
    this.#rows.replaceChildren();
    for (const [name, text] of pairs) this.#append(name, text);
    this.open(this.#isOpen);
  }

  open(isOpen) {
    this.#isOpen = isOpen;
    for (const row of this.#rows.children) this.#lock(row);
    show(this.#add, isOpen);
    show(this.#root, isOpen || this.#rows.children.length > 0);
  }

  #append(name, text) {
    const row = clone("attribute-row");
    const value = slot(row, "value");
    slot(row, "key").value = name;
    value.dataset.stored = text;
    value.dataset.shown = value.value = YES_OR_NO[text] ? say(YES_OR_NO[text]) : text;
    slot(row, "remove").addEventListener("click", () => this.#remove(row));
    row.addEventListener("input", () => this.#call(row));
    this.#rows.append(row);
    this.#call(row);
    this.#lock(row);
    return row;
  }

  #remove(row) {
    row.remove();
    this.#add.focus();
    this.#changed();
  }

  #changed() {
    this.open(this.#isOpen);
    this.#onChange();
  }

  #call(row) {
    const name = slot(row, "key").value.trim();
    slot(row, "value").ariaLabel = say("attribute-value", { name });
    slot(row, "remove").ariaLabel = say("attribute-remove", { name });
  }

  #lock(row) {
    slot(row, "key").readOnly = slot(row, "value").readOnly = !this.#isOpen;
    show(slot(row, "remove"), this.#isOpen);
  }
}

function typed({ value, dataset }) {
  return value === dataset.shown ? dataset.stored : value.trim();
}
