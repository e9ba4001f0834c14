// The table of agents, each with what they have in hand.
import { clone, setText, show, slot } from "../core/dom.js";
import { figure, listed } from "../core/language.js";
import { minutes, since } from "../core/time.js";
import { say } from "../core/words.js";
import { Keyed } from "./keyed.js";
import { byNeed, isLate } from "./matters.js";

const LOOKS = { available: "good", idle: "neutral", rona: "danger", offline: "neutral" };

export function stateOf({ state, idle_code: code }) {
  return code ? say("state-idle-code", { code: code.name }) : say(`state-${state}`);
}

export function lookOf({ state }) {
  return `status status--${LOOKS[state]}`;
}

export class AgentsTable {
  #root;
  #limits;
  #onAgent;
  #onContact;
  #rows;
  #inHand = new Map(); // agent -> Keyed
  #shown = [];
  #contacts = [];

  // `onAgent(id, opener)`, `onContact(contact, opener)`: a row was chosen.
  constructor({ root, limits, onAgent, onContact }) {
    this.#root = root;
    this.#limits = limits;
    this.#onAgent = onAgent;
    this.#onContact = onContact;
    this.#rows = new Keyed({ place: slot(root, "agents"), make: (id) => this.#make(id) });
  }

  render(floor, { isWall }) {
    this.#shown = this.#rows.put(byNeed(floor, this.#limits), ({ id }) => id);
    this.#contacts = [];
    for (const [row, agent] of this.#shown) this.#fill(row, agent, isWall);
    show(slot(this.#root, "agents-none"), floor.agents.length === 0);
    this.tick();
  }

  tick() {
    for (const [row, agent] of this.#shown) {
      setText(slot(row, "time"), minutes(since(agent.state_since)));
    }
    for (const [row, contact] of this.#contacts) {
      const lasts = minutes(since(contact.unanswered_since ?? contact.since));
      const state = say(`hand-${contact.state}`);
      setText(slot(row, "more"), `${contact.queue.name} · ${state} · ${lasts}`);
    }
  }

  #make(id) {
    const row = clone("agent-row");
    const open = slot(row, "open");
    open.addEventListener("click", () => this.#onAgent(id, open));
    const make = (contact) => this.#makeInHand(contact);
    this.#inHand.set(id, new Keyed({ place: slot(row, "contacts"), make }));
    return row;
  }

  #makeInHand(contact) {
    const row = clone("in-hand");
    const open = slot(row, "open");
    open.addEventListener("click", () => this.#onContact(contact, open));
    return row;
  }

  #fill(row, agent, isWall) {
    setText(slot(row, "name"), agent.display_name);
    const state = slot(row, "state");
    setText(state, stateOf(agent));
    state.className = lookOf(agent);
    row.dataset.state = agent.state;
    setText(slot(row, "slots"), slotsOf(agent));
    const shown = this.#inHand.get(agent.id).put(agent.contacts, ({ contact }) => contact);
    for (const [each, contact] of shown) this.#fillInHand(each, contact, isWall);
    this.#contacts.push(...shown);
  }

  #fillInHand(row, contact, isWall) {
    setText(slot(row, "customer"), isWall ? say("customer") : contact.customer.name);
    slot(row, "open").dataset.late = isLate(contact, this.#limits);
    const badge = slot(row, "badge");
    const words = contact.watcher
      ? say("watched", { name: contact.watcher.display_name })
      : say("unanswered");
    setText(badge, words);
    badge.className = contact.watcher ? "badge" : "badge badge--attention";
    show(badge, contact.watcher !== null || contact.unanswered_since !== null);
  }
}

// Of each channel that the agent takes; its name only where there are several.
function slotsOf({ live, slots }) {
  const channels = Object.keys(slots).filter((channel) => slots[channel] || live[channel]);
  const key = channels.length > 1 ? "slots-of" : "slots";
  return listed(
    channels.map((channel) =>
      say(key, {
        channel: say(`channel-${channel}`),
        taken: figure(live[channel] ?? 0),
        slots: figure(slots[channel]),
      }),
    ),
  );
}
