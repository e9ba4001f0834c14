// Mine: the responses that the agent keeps, to insert, write, change and delete.
import { ask, clone, fill, identify, show, slot, whileBusy } from "../../core/dom.js";
import { report, reportAt, sentence } from "../../core/refusal.js";

const FIELDS = ["name", "text"];

export class OwnResponses {
  #panel;
  #suffix;
  #list;
  #api;
  #typed;
  #on;
  #rows = []; // { item, row }
  #form = null; // while one is written
  #id = null; // of the one that is changed

  // `suffix`: what makes its ids those of this page. `typed()`: what stands in the
  // editor of the conversation. `onChange()`: others are kept now. `onDone()`:
  // nothing is being written any more.
  constructor({ panel, suffix, api, typed, ...on }) {
    this.#panel = panel;
    this.#suffix = suffix;
    this.#list = slot(panel, "mine");
    this.#api = api;
    this.#typed = typed;
    this.#on = on;
    const add = slot(panel, "add");
    add.addEventListener("click", () => this.write({ id: null, name: "", text: this.#typed() }));
    for (const place of [this.#list, slot(panel, "search")]) {
      place.addEventListener("keydown", (event) => this.#key(event));
    }
  }

  put(items) {
    this.#rows = items.map((item) => ({ item, row: this.#row(item) }));
    this.#list.replaceChildren(...this.#rows.map(({ row }) => row));
  }

  narrow(fits) {
    for (const { item, row } of this.#rows) show(row, fits(item));
    const shown = this.#rows.filter(({ row }) => !row.hidden);
    show(this.#list, shown.length > 0);
    return shown.length;
  }

  // What is being written, or null.
  get draft() {
    if (!this.#form) return null;
    const { name, text } = this.#form.elements;
    return { id: this.#id, name: name.value, text: text.value };
  }

  write({ id, name, text }) {
    this.#id = id;
    this.#form = identify(clone("response-form"), this.#suffix);
    const fields = this.#form.elements;
    fields.name.value = name;
    fields.text.value = text;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.#form, "save")], () => this.#save());
    });
    slot(this.#form, "cancel").addEventListener("click", () => this.#done());
    show(slot(this.#panel, "choice"), false);
    this.#panel.append(this.#form);
    fields.name.focus();
  }

  #row(item) {
    const row = fill(clone("own-response"), { name: item.name });
    const pick = slot(row, "pick");
    const look = () => this.#on.onLook(item);
    pick.addEventListener("click", () => this.#on.onPick(item));
    row.addEventListener("pointermove", look);
    row.addEventListener("focusin", look);
    for (const name of ["edit", "delete"]) {
      const button = slot(row, name);
      button.ariaLabel = `${button.title} ${item.name}`;
    }
    slot(row, "edit").addEventListener("click", () => this.write(item.own));
    slot(row, "delete").addEventListener("click", () => this.#delete(item));
    return row;
  }

  async #save() {
    const body = this.draft;
    this.#say({});
    try {
      if (this.#id) await this.#api.patch(`me/predefined-responses/${this.#id}/`, body);
      else await this.#api.post("me/predefined-responses/", body);
    } catch (error) {
      return this.#refused(error);
    }
    this.#done();
    return this.#on.onChange();
  }

  #refused(error) {
    const known = FIELDS.filter((name) => error.errors?.[name]);
    this.#say({ ...error.errors, problem: known.length ? [] : [sentence(error)] });
    if (known.length) this.#form.elements[known[0]].focus();
  }

  #say(errors) {
    const words = (name) => (errors[name] ?? []).join(" ");
    for (const name of FIELDS) {
      reportAt(this.#form.elements[name], slot(this.#form, `${name}-error`), words(name));
    }
    report(slot(this.#form, "problem-error"), words("problem"));
  }

  #done() {
    this.#form.remove();
    this.#form = null;
    show(slot(this.#panel, "choice"));
    this.#on.onDone();
  }

  async #delete(item) {
    const dialog = fill(document.querySelector("[data-dialog='forget-response']"), { name: item.name });
    if ((await ask(dialog)) !== "delete") return;
    try {
      await this.#api.delete(`me/predefined-responses/${item.id}/`);
    } catch (error) {
      report(slot(this.#panel, "mine-problem"), sentence(error));
      return;
    }
    this.#on.onChange();
    slot(this.#panel, "search").focus();
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = this.#rows.filter(({ row }) => !row.hidden);
    if (!step || !rows.length) return;
    event.preventDefault();
    const at = rows.findIndex(({ row }) => row.contains(event.target));
    const next = rows[at + step];
    if (next) slot(next.row, "pick").focus();
    else if (step < 0) slot(this.#panel, "search").focus();
  }
}
