// Video calls of the desk: one at a time, in the page in which it was started.
import { report, sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";
import { Call } from "../../video/call.js";
import { DeviceError, whyNot } from "../../video/devices.js";
import { tab } from "../../video/tab.js";
import { customerName } from "./names.js";

export class DeskVideo {
  #api;
  #socket;
  #command;
  #call = null;
  #contact = null; // whose call is open here
  #isStarting = false; // the server does not know of it yet
  #isBeginning = false;
  #state = { cards: [] };

  // `command`: what Desk does with one.
  constructor({ api, socket, command }) {
    this.#api = api;
    this.#socket = socket;
    this.#command = command;
  }

  // Ring the customer. Return in words why not; "" where it rings.
  async start(card) {
    if (this.#contact === card.contact) return this.#look();
    if (this.#call) return say("video-one");
    const problem = whyNot();
    if (problem) return problem;
    this.#isStarting = true;
    this.#open(card);
    const call = this.#call;
    try {
      await call.turnOn();
      if (call !== this.#call) return ""; // closed meanwhile
      call.ring();
      await this.#command(card.contact, "video", { tab });
      if (call !== this.#call) await this.#command(card.contact, "video/end");
      return "";
    } catch (error) {
      this.#close();
      return error instanceof DeviceError ? error.message : sentence(error);
    } finally {
      this.#isStarting = false;
      this.render(this.#state); // it may be over already
    }
  }

  // The calls as the cards have them: one of this page that is not open was before a
  // reload, and one that is over closes.
  render(state) {
    this.#state = state;
    const own = state.cards.find(({ video }) => video?.tab === tab);
    if (this.#call && !this.#isStarting && own?.contact !== this.#contact) this.#close();
    if (!own) return;
    if (!this.#call) this.#resume(own);
    else if (own.contact === this.#contact && own.video.state === "live") this.#begin();
  }

  signal({ contact, data }) {
    if (contact === this.#contact) this.#call.hear(data);
  }

  // Connected again, by another socket.
  hello() {
    this.#call?.hello();
  }

  // What the page of a contact says of a call that is not open here.
  draw(place, { video, controls }) {
    const isHere = video?.tab === tab;
    const isOwn = controls.includes("video");
    const words = isOwn ? "video-elsewhere" : "video-of-owner";
    report(place, video && !isHere ? say(words, { name: video.by }) : "");
  }

  #look() {
    this.#call.focus();
    return "";
  }

  #open(card) {
    const { contact } = card;
    this.#contact = contact;
    this.#call = new Call({
      name: customerName(card),
      isPolite: false,
      command: () => this.#take(contact),
      send: (data) => this.#socket.send({ type: "signal", contact, data }),
      onEnd: () => this.#end(contact),
    });
  }

  #resume(card) {
    if (whyNot()) return;
    this.#open(card);
    this.#call.resume();
    if (card.video.state === "live") this.#begin();
    else this.#call.ring();
  }

  // The same command again brings servers that are valid.
  async #begin() {
    const call = this.#call;
    if (call.isBegun || this.#isBeginning) return;
    this.#isBeginning = true;
    try {
      const ice = await this.#take(this.#contact);
      if (call === this.#call) call.begin(ice);
    } catch (error) {
      call.problem(sentence(error));
    } finally {
      this.#isBeginning = false;
    }
  }

  async #take(contact) {
    const { ice } = await this.#api.post(`contacts/${contact}/video/`, { tab });
    return ice;
  }

  async #end(contact) {
    if (this.#isStarting) return this.#close();
    try {
      await this.#command(contact, "video/end");
      this.#close();
    } catch (error) {
      if (error.code === "wrong_state") this.#close();
      else this.#call?.problem(sentence(error));
    }
  }

  #close() {
    this.#call?.close();
    this.#call = null;
    this.#contact = null;
  }
}
