// Invites visitors by the rules of the entry point: by the first one that is fulfilled,
// once a visit, and only while somebody is free to answer.
import { Visits } from "./visits.js";

const TICK = 1_000; // ms
const ASK_AGAIN = 30; // seconds after which somebody may have become free
const STILL_HERE = 60; // seconds after which a visit is noted to go on
const FREE_AGE = 15_000; // ms for which the answer of the server holds
const PLACES = 16_384; // of marks in INVITING

export class Proactive {
  #address;
  #key;
  #isBusy;
  #onInvite;
  #visits = null;
  #rules = [];
  #words;
  #timer;
  #page;
  #seconds = 0; // that the page was looked at
  #asksIn = 0; // seconds
  #isDone = false;

  // `isBusy()`: this is no time to invite. `onInvite(text, words)` shows it.
  constructor({ address, key, isBusy, onInvite }) {
    this.#address = address;
    this.#key = key;
    this.#isBusy = isBusy;
    this.#onInvite = onInvite;
  }

  // Pages of entry points that invite nobody ask for nothing.
  async start() {
    const told = isMarked(this.#key) ? await asked(`${this.#address}invitations.js`) : null;
    if (told === null) return;
    ({ rules: this.#rules, words: this.#words } = told);
    this.#visits = new Visits(this.#key);
    if (this.#isDone) this.done(); // while the rules were on their way
    else this.#timer = setInterval(() => this.#tick(), TICK);
  }

  // In this visit nobody is invited any more.
  done() {
    this.#isDone = true;
    clearInterval(this.#timer);
    this.#visits?.done();
  }

  #tick() {
    if (document.hidden) return;
    this.#count();
    if (this.#visits.isDone || this.#isBusy()) return;
    this.#asksIn = Math.max(0, this.#asksIn - 1);
    const rule = this.#fulfilled();
    if (rule && this.#asksIn === 0) this.#invite(rule);
  }

  // Sites that exchange their body go from page to page without a reload.
  #count() {
    const page = addressNow();
    this.#seconds = page === this.#page ? this.#seconds + 1 : 1;
    this.#page = page;
    if (this.#seconds % STILL_HERE === 0) this.#visits.goesOn();
  }

  #fulfilled() {
    const { number } = this.#visits;
    return this.#rules.find(
      ({ pattern, seconds, visits }) =>
        this.#seconds >= seconds && number >= visits && isOn(pattern, this.#page),
    );
  }

  async #invite(rule) {
    this.#asksIn = ASK_AGAIN;
    const page = this.#page;
    const period = Math.floor(Date.now() / FREE_AGE);
    const isFree = await asked(`${this.#address}free.js?${period}`);
    if (isFree !== true || this.#visits.isDone || this.#isBusy()) return;
    if (document.hidden || addressNow() !== page) return;
    this.done();
    this.#onInvite(rule.text, this.#words);
  }
}

// A script of the widget's own host, which the site's policy lets through.
async function asked(address) {
  try {
    return (await import(address)).default;
  } catch {
    return null;
  }
}

// Whether rules may stand behind a key: INVITING has four places to a digit.
function isMarked(key) {
  let hash = 2166136261;
  for (const letter of key) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
  const place = hash % PLACES;
  const digit = parseInt(INVITING[place >> 2] ?? "0", 16);
  return ((digit >> (place & 3)) & 1) === 1;
}

function addressNow() {
  return window.location.href.replace(/#.*/, "");
}

// "/cart", "/shop/*", "https://shop.example/*"; without a question mark whatever is asked
// of the page does not count.
function isOn(pattern, address) {
  if (pattern === "") return true;
  const { origin, pathname, search } = new URL(address);
  const site = pattern.startsWith("/") ? "" : origin;
  const page = `${site}${pathname}${pattern.includes("?") ? search : ""}`;
  return hasForm(page, pattern.split("*"));
}

// Whether a text consists of these parts, with anything between them.
function hasForm(text, parts) {
  const [first, ...others] = parts;
  if (others.length === 0) return text === first;
  const last = others.pop();
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let rest = text.slice(first.length, text.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return text.endsWith(last);
}
