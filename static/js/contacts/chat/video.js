// Video calls of the customer's page: somebody rings, and the customer joins or declines.
import { setText, show, slot, whileBusy } from "../../core/dom.js";
import { sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";
import { Call } from "../../video/call.js";
import { DeviceError, whyNot } from "../../video/devices.js";
import { tab } from "../../video/tab.js";
import { play } from "./sound.js";

export class ChatVideo {
  #place;
  #contact;
  #api;
  #socket;
  #onState;
  #onProblem;
  #onFree;
  #call = null;
  #video = null; // as it was told last
  #isJoining = false;
  #isBeginning = false;

  // `place`: where it is said that somebody rings. `onState(contact)`: as a command
  // answers it. `onProblem(text)`. `onFree()`: the focus has nowhere to be.
  constructor({ place, contact, api, socket, onState, onProblem, onFree }) {
    this.#place = place;
    this.#contact = contact;
    this.#api = api;
    this.#socket = socket;
    this.#onState = onState;
    this.#onProblem = onProblem;
    this.#onFree = onFree;
    const join = slot(place, "join");
    const decline = slot(place, "decline");
    join.addEventListener("click", () => whileBusy([join, decline], () => this.#join()));
    decline.addEventListener("click", () => whileBusy([join, decline], () => this.#decline()));
  }

  put({ video }) {
    if (video?.state === "ringing" && this.#video?.state !== "ringing") this.#ring(video);
    this.#video = video;
    const isHere = video?.tab === tab;
    if (this.#call && !this.#isJoining && !isHere) this.#close();
    if (isHere && !this.#call && !whyNot()) this.#resume(video);
    else if (isHere && this.#call && !this.#isJoining) this.#begin();
    this.#draw(isHere);
  }

  signal({ data }) {
    this.#call?.hear(data);
  }

  hello() {
    this.#call?.hello();
  }

  stop() {
    this.#close();
  }

  // --- somebody rings ------------------------------------------------------------------
  #ring({ by }) {
    play(`video.${this.#contact}.${by}.${Date.now()}`);
  }

  #draw(isHere) {
    const { state, by: name } = this.#video ?? {};
    const isRinging = state === "ringing" && !this.#isJoining;
    const hadFocus = this.#place.contains(document.activeElement);
    setText(slot(this.#place, "text"), this.#words(state, name, isHere));
    for (const part of ["join", "decline", "hint"]) show(slot(this.#place, part), isRinging && !whyNot());
    show(slot(this.#place, "decline"), isRinging);
    show(this.#place, isRinging || (state === "live" && !isHere));
    if (hadFocus && this.#place.hidden && !this.#call) this.#onFree();
  }

  #words(state, name, isHere) {
    if (state === "live" && !isHere) return say("video-elsewhere");
    if (state !== "ringing") return "";
    return whyNot() ? say("video-cannot", { name, why: whyNot() }) : say("video-rings", { name });
  }

  async #join() {
    const { by: name } = this.#video;
    this.#isJoining = true;
    this.#onProblem("");
    this.#open(name);
    try {
      await this.#call.turnOn();
      const { ice, ...contact } = await this.#accept();
      this.#isJoining = false;
      this.#call?.begin(ice);
      this.#onState(contact);
    } catch (error) {
      this.#isJoining = false;
      this.#close();
      this.#draw(false);
      this.#onProblem(error instanceof DeviceError ? error.message : this.#why(error));
    }
  }

  async #decline() {
    await this.#give("decline");
  }

  async #end() {
    // Who changes their mind while the browser still asks, is not in the call yet.
    if (this.#isJoining) return this.#decline();
    await this.#give("end");
    this.#close();
  }

  async #give(command) {
    this.#onProblem("");
    try {
      this.#onState(await this.#api.post(this.#path(command)));
    } catch (error) {
      if (error.code !== "wrong_state") this.#onProblem(this.#why(error));
    }
  }

  #why(error) {
    return error.code === "network" ? say("video-failed") : sentence(error);
  }

  // --- the call --------------------------------------------------------------------------
  #open(name) {
    this.#call = new Call({
      name,
      isPolite: true,
      command: async () => (await this.#accept()).ice,
      send: (data) => this.#socket.send({ type: "signal", data }),
      onEnd: () => this.#end(),
    });
  }

  #resume({ by: name }) {
    this.#open(name);
    this.#call.resume();
    this.#begin();
  }

  async #begin() {
    const call = this.#call;
    if (this.#isBeginning) return;
    this.#isBeginning = true;
    try {
      if (!call.isBegun) call.begin((await this.#accept()).ice);
    } catch (error) {
      call.problem(this.#why(error));
    } finally {
      this.#isBeginning = false;
    }
  }

  #accept() {
    return this.#api.post(this.#path("accept"), { tab });
  }

  #path(command) {
    return `chat/contacts/${this.#contact}/video/${command}/`;
  }

  #close() {
    const hadFocus = this.#call?.close();
    this.#call = null;
    if (hadFocus && document.activeElement === document.body) this.#onFree();
  }
}
