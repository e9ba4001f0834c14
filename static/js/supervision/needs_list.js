// The region of who needs help; what is new in it is said, and nothing else.
import { clone, setText, show, slot } from "../core/dom.js";
import { figure } from "../core/language.js";
import { minutes, since } from "../core/time.js";
import { say } from "../core/words.js";
import { Keyed } from "./keyed.js";
import { needs } from "./matters.js";

const MOST = 50;

export class NeedsList {
  #root;
  #limits;
  #onOpen;
  #rows;
  #shown = [];
  #said = null; // contacts for which help was asked

  // `onOpen(need)`: a row was chosen.
  constructor({ root, limits, onOpen }) {
    this.#root = root;
    this.#limits = limits;
    this.#onOpen = onOpen;
    this.#rows = new Keyed({ place: slot(root, "needs"), make: (key) => this.#make(key) });
  }

  render(floor, { isWall }) {
    const all = needs(floor, this.#limits);
    this.#shown = this.#rows.put(all.slice(0, MOST), ({ key }) => key);
    for (const [row, need] of this.#shown) {
      row.dataset.kind = need.kind;
      setText(slot(row, "text"), words(need, isWall));
    }
    show(slot(this.#root, "needs-none"), all.length === 0);
    const more = slot(this.#root, "needs-more");
    setText(more, say("more", { number: figure(all.length - MOST) }));
    show(more, all.length > MOST);
    this.#tell(floor.help);
    this.tick();
  }

  tick() {
    for (const [row, need] of this.#shown) {
      setText(slot(row, "time"), minutes(need.lasts ?? since(need.since)));
    }
  }

  #make(key) {
    const row = clone("need");
    slot(row, "open").addEventListener("click", () => {
      const found = this.#shown.find(([, need]) => need.key === key);
      if (found) this.#onOpen(found[1]);
    });
    return row;
  }

  #tell(calls) {
    const fresh = calls.filter(({ contact }) => this.#said && !this.#said.has(contact));
    if (fresh.length) {
      const sentences = fresh.map(({ agent }) => say("need-help", { agent: agent.display_name }));
      setText(slot(this.#root, "news"), sentences.join(". "));
    }
    this.#said = new Set(calls.map(({ contact }) => contact));
  }
}

function words(need, isWall) {
  const agent = need.agent?.display_name;
  if (need.kind === "wait") {
    const { name, waiting, ringing } = need.queue;
    const number = figure(waiting + ringing);
    return say("need-wait", { queue: name, limit: minutes(need.limit), number });
  }
  // On a wall there is nothing of customers, nor what agents write of them.
  if (need.kind === "help" && need.text && !isWall) return say("need-help-text", { agent, text: need.text });
  if (need.kind === "answer" && isWall) return say("need-answer-wall", { agent });
  return say(`need-${need.kind}`, { agent, customer: need.customer?.name });
}
