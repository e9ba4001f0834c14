// "My recent chats": the agent's own ended contacts, to read again; a search finds
// all that the agent may see, a supervisor's those of colleagues too.
import { clone, fill, setText, show, slot } from "../../core/dom.js";
import { figure } from "../../core/language.js";
import { report, sentence } from "../../core/refusal.js";
import { clockTime, dateName, dayName, minutes } from "../../core/time.js";
import { say, sayCount } from "../../core/words.js";
import { customerName } from "./names.js";

const PAGE = 20;
const PAUSE = 300; // milliseconds without a key before a search is asked for

export class RecentChats {
  #root;
  #api;
  #onRead;
  #page = 1;
  #reads = 0;
  #pause = null;

  constructor({ root, api, onRead }) {
    this.#root = root;
    this.#api = api;
    this.#onRead = onRead;
    slot(root, "recent-button").addEventListener("click", () => this.#toggle());
    slot(root, "recent-more").addEventListener("click", () => this.#load());
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#reload(), PAUSE);
    });
  }

  // One more has been finished.
  refresh() {
    if (this.#isOpen) this.#reload();
  }

  get #search() {
    return slot(this.#root, "recent-search");
  }

  // What is searched for, or else the own chats.
  get #query() {
    const wanted = this.#search.value.trim();
    return new URLSearchParams(wanted ? { q: wanted } : { agent: "me", state: "ended" });
  }

  get #isOpen() {
    return !slot(this.#root, "recent-panel").hidden;
  }

  #toggle() {
    const opens = !this.#isOpen;
    show(slot(this.#root, "recent-panel"), opens);
    slot(this.#root, "recent-button").setAttribute("aria-expanded", opens);
    if (opens) this.#reload();
  }

  #reload() {
    this.#page = 1;
    this.#load();
    this.#measure();
  }

  // What one has done today; without it the chats are there all the same.
  async #measure() {
    const place = slot(this.#root, "figures");
    try {
      report(place, figuresInWords(await this.#api.get("me/figures/")));
    } catch {
      report(place, "");
    }
  }

  async #load() {
    const page = this.#page;
    const read = (this.#reads += 1);
    this.#say(say("loading"));
    try {
      const path = `contacts/?${this.#query}&page=${page}&page_size=${PAGE}`;
      const { results, next } = await this.#api.get(path);
      if (read !== this.#reads) return;
      this.#draw(results, page);
      this.#page = page + 1;
      show(slot(this.#root, "recent-more"), Boolean(next));
    } catch (error) {
      if (read !== this.#reads) return;
      this.#say(sentence(error));
      show(slot(this.#root, "recent-more"));
    }
  }

  #draw(contacts, page) {
    const rows = slot(this.#root, "recent-rows");
    if (page === 1) rows.replaceChildren();
    rows.append(...contacts.map((contact) => this.#row(contact)));
    const nothing = say(this.#query.has("q") ? "recent-nobody" : "recent-none");
    this.#say(rows.children.length ? "" : nothing);
  }

  #row(contact) {
    const row = clone("recent-row");
    const { opened_at: openedAt } = contact;
    const name = customerName(contact);
    const about = [`${dayName(openedAt)} ${clockTime(openedAt)}`, contact.queue?.name];
    fill(row, { name, where: about.filter(Boolean).join(" · ") });
    slot(row, "open").addEventListener("click", () =>
      this.#onRead({
        contact: contact.id,
        about: say("transcript-about", { name, date: dateName(openedAt) }),
      }),
    );
    return row;
  }

  #say(text) {
    const place = slot(this.#root, "recent-text");
    setText(place, text);
    show(place, text !== "");
  }
}

// "Today: 12 chats · first answer after 0:24 · rated 4.5 of 5 · Available 190:00 · skills: …"
function figuresInWords({ chats, first_response_seconds: first, rating, states, skills }) {
  const spent = Object.entries(states).filter(([, seconds]) => seconds > 0);
  const own = skills.map(({ name, level }) => `${name} ${figure(level)}`).join(", ");
  return [
    sayCount("figures-chats", chats),
    first !== null && say("figures-first", { time: minutes(first * 1000) }),
    rating !== null && say("figures-rating", { score: figure(Math.round(rating * 10) / 10) }),
    ...spent.map(([state, seconds]) => say(`figures-${state}`, { time: minutes(seconds * 1000) })),
    own && say("figures-skills", { skills: own }),
  ]
    .filter(Boolean)
    .join(" · ");
}
