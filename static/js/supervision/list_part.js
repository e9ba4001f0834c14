// The list behind a number: contacts or agents, each of which opens.
import { clone, setText, show, slot } from "../core/dom.js";
import { figure } from "../core/language.js";
import { sentence } from "../core/refusal.js";
import { fullTime } from "../core/time.js";
import { say } from "../core/words.js";
import { stateOf } from "./agents_table.js";

const MOST = 50;

export class ListPart {
  element = clone("panel-list");
  title;
  #onContact;
  #onAgent;
  #isWall;

  constructor({ title, isWall, onContact, onAgent }) {
    this.title = title;
    this.#isWall = isWall;
    this.#onContact = onContact;
    this.#onAgent = onAgent;
    this.#note(say("loading"));
  }

  async load(read) {
    try {
      await read();
    } catch (error) {
      this.#note(sentence(error));
    }
  }

  contacts({ count, results }) {
    const rows = results.map((contact) => this.#contact(contact));
    this.#put(rows, count);
  }

  agents(agents) {
    const rows = agents.slice(0, MOST).map((agent) =>
      this.#row(agent.display_name, stateOf(agent), () => this.#onAgent(agent.id)),
    );
    this.#put(rows, agents.length);
  }

  #contact(contact) {
    const name = this.#isWall() ? say("customer") : contact.customer.name;
    const state = say(`contact-${contact.state}`);
    const about = `${state} · ${fullTime(contact.opened_at)}`;
    return this.#row(name, about, () => this.#onContact(contact.id));
  }

  #row(name, about, onOpen) {
    const row = clone("panel-row");
    setText(slot(row, "name"), name);
    setText(slot(row, "about"), about);
    slot(row, "open").addEventListener("click", onOpen);
    return row;
  }

  #put(rows, count) {
    slot(this.element, "rows").replaceChildren(...rows);
    if (count === 0) this.#note(say("list-none"));
    else this.#note(count > rows.length ? say("more", { number: figure(count - rows.length) }) : "");
  }

  #note(text) {
    const note = slot(this.element, "more");
    setText(note, text);
    show(note, text !== "");
  }
}
