// The floor: one socket, and the parts that draw what it sends.
import { Api } from "../core/api.js";
import { setText, show, slot } from "../core/dom.js";
import { report, sentence } from "../core/refusal.js";
import { Socket } from "../core/socket.js";
import { onTick, setServerNow } from "../core/time.js";
import { say } from "../core/words.js";
import { placesMenu } from "../agents/places.js";
import { AgentPart } from "./agent_part.js";
import { AgentsTable } from "./agents_table.js";
import { ContactPart } from "./contact_part.js";
import { deeds } from "./deeds.js";
import { ListPart } from "./list_part.js";
import { Limits } from "./matters.js";
import { Narrowing } from "./narrowing.js";
import { NeedsList } from "./needs_list.js";
import { Panel } from "./panel.js";
import { QueuesTable } from "./queues_table.js";
import { isOf } from "./standing.js";

const LOOKS = { connected: "good", connecting: "attention", reconnecting: "attention", closed: "danger" };

export class Floor {
  #root;
  #api;
  #socket = null;
  #narrowing;
  #limits = new Limits();
  #needs;
  #queues;
  #agents;
  #panel;
  #deeds;
  #floor = null;
  #status = "connecting";
  #refusal = ""; // why there is no floor now, in the server's words
  #me = null;

  constructor(root) {
    this.#root = root;
    this.#api = new Api({ person: root.dataset.person, onStranger: () => this.#stranger() });
    placesMenu(root);
    const limits = this.#limits;
    this.#narrowing = new Narrowing({
      root,
      onChange: ({ isNarrowed }) => (isNarrowed ? this.#connect() : this.#render()),
    });
    this.#panel = new Panel({ root });
    this.#needs = new NeedsList({ root, limits, onOpen: (need) => this.#openNeed(need) });
    this.#queues = new QueuesTable({ root, limits, onOpen: (what) => this.#openList(what) });
    this.#agents = new AgentsTable({
      root,
      limits,
      onAgent: (id, opener) => this.#openAgent(id, opener),
      onContact: (id, opener) => this.#openContact(id, opener),
    });
    this.#deeds = deeds({
      api: this.#api,
      desk: root.dataset.desk,
      queues: () => this.#floor.all_queues.filter((queue) => queue.is_active),
      onDone: (text) => this.#panel.say(text),
    });
    slot(root, "problem-dismiss").addEventListener("click", () => this.#problem(""));
  }

  async start() {
    this.#connect();
    onTick(() => this.#tick());
    try {
      this.#me = await this.#api.get("me/");
    } catch (error) {
      this.#problem(sentence(error));
    }
  }

  #connect() {
    this.#socket?.stop();
    const query = this.#narrowing.query;
    query.set("person", this.#root.dataset.person);
    this.#socket = new Socket({
      path: `/ws/floor/?${query}`,
      greeting: "floor",
      onFrame: (frame) => this.#receive(frame),
      onStatus: (status) => this.#connection(status),
    });
    this.#socket.start();
  }

  #receive(frame) {
    if (frame.now) setServerNow(frame.now);
    if (frame.type === "pong" && this.#floor) this.#floor.timers = frame.timers;
    if (frame.type === "error") this.#refusal = frame.detail;
    if (frame.type === "floor") {
      this.#refusal = "";
      this.#floor = frame.floor;
      setServerNow(frame.floor.now);
    }
    this.#render();
  }

  #connection(status) {
    this.#status = status;
    const line = slot(this.#root, "connection");
    setText(line, say(`connection-${status}`));
    line.className = `status status--${LOOKS[status]} bar__connection`;
    this.#warn();
  }

  #render() {
    this.#warn();
    if (!this.#floor) return;
    this.#limits.render(this.#floor);
    this.#narrowing.render(this.#floor);
    const { isWall, span } = this.#narrowing;
    this.#needs.render(this.#floor, { isWall });
    this.#queues.render(this.#floor, { span });
    this.#agents.render(this.#floor, { isWall });
    this.#panel.render(this.#floor);
  }

  #warn() {
    const banner = slot(this.#root, "stale");
    const words = this.#stale;
    setText(banner, words);
    show(banner, words !== "");
  }

  get #stale() {
    if (this.#status === "closed") return say("stale-closed");
    if (this.#status === "reconnecting") return say("stale-socket");
    if (this.#refusal) return this.#refusal;
    return this.#floor?.timers === "stale" ? say("stale-timers") : "";
  }

  #tick() {
    this.#needs.tick();
    this.#agents.tick();
    this.#panel.tick();
  }

  // --- what opens ----------------------------------------------------------------
  #openNeed(need) {
    const opener = document.activeElement;
    if (need.kind === "rona") this.#openAgent(need.agent.id, opener);
    else if (need.contact) this.#openContact(need.contact, opener);
    else {
      const title = need.queue.name;
      this.#openList({ queue: need.queue.id, part: "now", column: "waiting", title, opener });
    }
  }

  #openAgent(id, opener = null) {
    const part = new AgentPart({
      id,
      api: this.#api,
      isWall: () => this.#narrowing.isWall,
      onContact: (contact) => this.#openContact(contact),
      onDone: (text) => this.#panel.say(text),
    });
    part.render(this.#floor);
    this.#panel.open(part, opener);
    part.load();
  }

  #openContact(id, opener = null) {
    if (!this.#me) return;
    const part = new ContactPart({
      id,
      api: this.#api,
      me: this.#me,
      deeds: this.#deeds,
      isWall: () => this.#narrowing.isWall,
      onProblem: (text) => this.#panel.problem(text),
      onLost: () => this.#panel.focus(),
    });
    part.title = say("loading");
    this.#panel.open(part, opener);
    part.render(this.#floor);
    part.load().then(() => this.#panel.render(this.#floor));
  }

  #openList({ queue, part, column, span = "today", title, opener }) {
    const list = new ListPart({
      title,
      isWall: () => this.#narrowing.isWall,
      onContact: (id) => this.#openContact(id),
      onAgent: (id) => this.#openAgent(id),
    });
    this.#panel.open(list, opener);
    list.load(async () => {
      if (part === "agents") {
        const { agents } = await this.#api.get(`floor/?queue=${queue}`);
        list.agents(agents.filter((agent) => isOf(agent, column)));
        return;
      }
      const number = column === "longest_wait_seconds" ? "waiting" : column;
      const query = new URLSearchParams({ queue, number, span });
      list.contacts(await this.#api.get(`floor/contacts/?${query}`));
    });
  }

  #stranger() {
    this.#socket.stop(4401);
  }

  #problem(text) {
    report(slot(this.#root, "problem-text"), text);
    show(slot(this.#root, "problem"), text !== "");
  }
}
