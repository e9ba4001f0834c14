// A new chat is asked for: with what the customer typed, what the site says of them, and
// the work that opens it where too many came from one address.
import { Api } from "../../core/api.js";
import { show } from "../../core/dom.js";
import { isAbout } from "../../core/refusal.js";
import { whereFrom } from "./arrival.js";
import { solve } from "./challenge.js";
import { host } from "./host.js";

export class Knock {
  #entryPoint;
  #visit;
  #prechat;
  #working;
  #worker;
  #api = new Api();

  // `working` says that the browser works, `worker` is the address of what does.
  constructor({ entryPoint, visit, prechat, working, worker }) {
    this.#entryPoint = entryPoint;
    this.#visit = visit;
    this.#prechat = prechat;
    this.#working = working;
    this.#worker = worker;
  }

  // Where too many came from one address, work opens the next chat: once.
  async ask(customer, consent) {
    try {
      return await this.#request(customer, consent);
    } catch (error) {
      if (!error.challenge) throw error;
      const solution = await this.#work(error.challenge);
      if (solution === null) throw error;
      return this.#request(customer, consent, solution);
    }
  }

  async #work(challenge) {
    show(this.#working);
    try {
      return await solve(challenge, this.#worker);
    } finally {
      show(this.#working, false);
    }
  }

  async #request(customer, consent, challenge) {
    const page = await whereFrom();
    const body = {
      entry_point: this.#entryPoint,
      client_id: this.#visit.attempt,
      consent,
      challenge,
      page,
      visitor: this.#visit.visitor ?? undefined,
    };
    try {
      return await this.#post(body, customer, this.#prechat.beside(host.customer));
    } catch (error) {
      if (error.status >= 400 && error.status < 500) this.#visit.answered();
      throw error;
    }
  }

  // What the site says of the customer may be wrong, or an identity have expired: that
  // must not keep anybody from starting a chat.
  async #post(body, customer, { identity, ...details }) {
    const told = { customer: { ...details, ...customer }, identity: identity || undefined };
    try {
      return await this.#api.post("chat/contacts/", { ...body, ...told });
    } catch (error) {
      if (!isAbout(error, ["identity", ...Object.keys(details)])) throw error;
      console.warn("Parley: what the site says of the customer is refused.", error.errors);
      return this.#api.post("chat/contacts/", { ...body, customer });
    }
  }
}
