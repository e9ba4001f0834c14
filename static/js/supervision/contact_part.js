// A contact: what can be done about it, why it is where it is, and what has been said.
import { clone, setText, show, slot, whileBusy } from "../core/dom.js";
import { listed } from "../core/language.js";
import { sentence } from "../core/refusal.js";
import { say } from "../core/words.js";
import { Reading } from "../contacts/desk/reading.js";
import { Whispering } from "./whispering.js";

const LOOK_EVERY = 5; // ticks

export class ContactPart {
  element = clone("panel-contact");
  title = "";
  #id;
  #deeds;
  #me;
  #api;
  #isWall;
  #contact = null;
  #inHand = null; // the owner's part, as the floor has it
  #may = new Set(); // what the viewer may do with others' contacts
  #reading;
  #whispering;
  #onProblem;
  #onLost;
  #age = 0;

  // `deeds`: what the buttons do, by their names. `me`: who looks.
  // `onLost()`: what had the focus is gone.
  constructor({ id, api, me, deeds, isWall, onProblem, onLost }) {
    this.#id = id;
    this.#api = api;
    this.#me = me;
    this.#deeds = deeds;
    this.#isWall = isWall;
    this.#onProblem = onProblem;
    this.#onLost = onLost;
    this.#reading = new Reading({ api, me });
    this.#whispering = new Whispering({ root: this.element, api, contact: id });
    slot(this.element, "log").replaceChildren(this.#reading.element);
    setText(slot(this.element, "reading-state"), say("loading"));
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.#do(button));
    }
  }

  get id() {
    return this.#id;
  }

  get queue() {
    return this.#contact?.queue?.id ?? null;
  }

  async load() {
    try {
      this.#contact = await this.#api.get(`contacts/${this.#id}/`);
      this.#show();
      await this.#explain();
      await this.#read();
    } catch (error) {
      this.#onProblem(sentence(error));
    }
  }

  render({ agents, may }) {
    this.#may = new Set(may);
    const before = JSON.stringify(this.#inHand);
    this.#inHand = null;
    for (const agent of agents) {
      const own = agent.contacts.find(({ contact }) => contact === this.#id);
      if (own && (!this.#inHand || own.state === "connected")) this.#inHand = { agent, ...own };
    }
    if (!this.#contact) return;
    this.#show();
    if (before !== JSON.stringify(this.#inHand)) this.#age = LOOK_EVERY;
  }

  // What is said meanwhile, and where the contact has gone, is read now and then.
  tick() {
    this.#age += 1;
    if (this.#age < LOOK_EVERY || !this.#contact || this.#contact.state === "ended") return;
    this.#age = 0;
    this.#refresh();
  }

  stop() {
    this.#contact = null;
  }

  async whisper() {
    await this.#whispering.open(this.#owner?.display_name ?? "");
  }

  async #refresh() {
    try {
      const contact = await this.#api.get(`contacts/${this.#id}/`);
      if (!this.#contact) return;
      this.#contact = contact;
      this.#show();
      await this.#explain();
      await this.#read();
      if (this.#whispering.isOpen) await this.#whispering.load();
    } catch {
      // The next look tells; what is shown stays.
    }
  }

  get #buttons() {
    return [...this.element.querySelectorAll("[data-action]")];
  }

  get #owner() {
    const share = this.#contact.assignments.find(
      ({ role, state }) => role === "primary" && state === "connected",
    );
    return share?.agent;
  }

  #show() {
    const { customer, queue, state } = this.#contact;
    this.title = this.#isWall() ? say("customer") : customer.name;
    const live = this.#contact.assignments.filter(({ state: share }) =>
      ["offered", "connected", "wrapup"].includes(share),
    );
    const agents = listed(live.map(({ agent }) => agent.display_name)) || say("no-agent");
    const about = say("about-contact", {
      queue: queue?.name ?? "–",
      state: say(`contact-${state}`),
      agents,
    });
    const watcher = this.#inHand?.watcher;
    const watched = watcher ? ` · ${say("watched", { name: watcher.display_name })}` : "";
    setText(slot(this.element, "about"), about + watched);
    const possible = this.#possible;
    const focused = document.activeElement;
    for (const button of this.#buttons) show(button, possible.has(button.dataset.action));
    if (this.#buttons.includes(focused) && focused.hidden) this.#onLost();
    if (!possible.has("whisper")) this.#whispering.close();
  }

  // What this viewer may want to do now; the server has the last word.
  get #possible() {
    const { state } = this.#contact;
    const owner = this.#owner;
    const possible = new Set();
    if (state === "ended") return possible;
    possible.add("close");
    if (state !== "bot") possible.add("move");
    if (state !== "connected" || !owner || owner.id === this.#me.id) return possible;
    const watcher = this.#inHand?.watcher;
    const isOwnWatch = watcher?.id === this.#me.id;
    if (isOwnWatch) possible.add("unwatch");
    else if (!watcher && this.#may.has("watch")) possible.add("watch");
    const mayWhisper = this.#may.has("watch") && this.#may.has("whisper");
    if (mayWhisper && (isOwnWatch || !watcher)) possible.add("whisper");
    if (this.#may.has("barge")) possible.add("barge");
    if (this.#may.has("take_over")) possible.add("take-over");
    return possible;
  }

  async #explain() {
    const routing = await this.#api.get(`contacts/${this.#id}/routing/`);
    setText(slot(this.element, "why"), routing.summary);
    const rows = routing.agents.map(({ detail }) => {
      const row = clone("line");
      setText(row, detail);
      return row;
    });
    slot(this.element, "reasons").replaceChildren(...rows);
    show(this.element.querySelector("details"), rows.length > 0);
  }

  async #read() {
    const isWritten = await this.#reading.load(this.#id);
    setText(slot(this.element, "reading-state"), isWritten ? "" : say("transcript-none"));
  }

  #do(button) {
    whileBusy([button], async () => {
      this.#onProblem("");
      try {
        await this.#deeds[button.dataset.action](this);
        this.#age = LOOK_EVERY;
      } catch (error) {
        this.#onProblem(sentence(error));
      }
    });
  }
}
