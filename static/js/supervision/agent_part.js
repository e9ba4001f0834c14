// An agent: their state, which can be changed with a reason, and what they have in hand.
import { clone, setText, show, slot, whileBusy } from "../core/dom.js";
import { report, sentence } from "../core/refusal.js";
import { minutes, since } from "../core/time.js";
import { say } from "../core/words.js";
import { lookOf, stateOf } from "./agents_table.js";
import { Keyed } from "./keyed.js";

export class AgentPart {
  element = clone("panel-agent");
  title = "";
  #id;
  #api;
  #agent = null;
  #form = slot(this.element, "change");
  #isWall;
  #onDone;
  #rows;
  #shown = [];

  constructor({ id, api, isWall, onContact, onDone }) {
    this.#id = id;
    this.#api = api;
    this.#isWall = isWall;
    this.#onDone = onDone;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change();
    });
    this.#rows = new Keyed({
      place: slot(this.element, "rows"),
      make: (contact) => {
        const row = clone("panel-row");
        slot(row, "open").addEventListener("click", () => onContact(contact));
        return row;
      },
    });
  }

  // The idle codes there are now.
  async load() {
    try {
      for (const { id, name } of await this.#api.get("me/idle-codes/")) {
        this.#form.elements.state.add(new Option(say("state-idle-code", { code: name }), id));
      }
    } catch (error) {
      report(slot(this.element, "problem"), sentence(error));
    }
  }

  render({ agents }) {
    this.#agent = agents.find(({ id }) => id === this.#id) ?? null;
    if (!this.#agent) return;
    this.title = this.#agent.display_name;
    const state = slot(this.element, "state");
    setText(state, stateOf(this.#agent));
    state.className = lookOf(this.#agent);
    const isOffline = this.#agent.state === "offline";
    show(this.#form, !isOffline);
    show(slot(this.element, "offline"), isOffline);
    this.#shown = this.#rows.put(this.#agent.contacts, ({ contact }) => contact);
    show(slot(this.element, "none"), this.#shown.length === 0);
    for (const [row, { customer }] of this.#shown) {
      setText(slot(row, "name"), this.#isWall() ? say("customer") : customer.name);
    }
    this.tick();
  }

  tick() {
    if (!this.#agent) return;
    setText(slot(this.element, "time"), minutes(since(this.#agent.state_since)));
    for (const [row, contact] of this.#shown) {
      const lasts = minutes(since(contact.since));
      const about = `${contact.queue.name} · ${say(`hand-${contact.state}`)} · ${lasts}`;
      setText(slot(row, "about"), about);
    }
  }

  #change() {
    const { state, reason } = this.#form.elements;
    const problem = slot(this.element, "problem");
    if (!reason.value.trim()) {
      report(problem, say("no-reason"));
      reason.focus();
      return;
    }
    const chosen =
      state.value === "available"
        ? { state: "available" }
        : { state: "idle", idle_code: Number(state.value) };
    whileBusy([slot(this.element, "submit")], async () => {
      report(problem, "");
      try {
        await this.#api.put(`people/${this.#id}/state/`, { ...chosen, reason: reason.value });
        this.#form.reset();
        this.#onDone(say("state-done"));
      } catch (error) {
        report(problem, sentence(error));
      }
    });
  }
}
