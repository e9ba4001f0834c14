// Two soft notes, made by the browser. It may sound only after a click or a key, as
// browsers demand, and loses its voice when the machine sleeps or a call comes in:
// each click and key gives it back. Of several tabs one sounds.
import * as store from "./store.js";

const NOTES = [
  { pitch: 659.3, at: 0 },
  { pitch: 880, at: 0.16 },
];
const LOUDNESS = 0.18;
const LENGTH = 0.5; // seconds of one note
const HOLD = 1_500; // milliseconds in which another tab keeps quiet

export class Chime {
  #context = null;
  #mutedKey;
  #isMuted;
  #onChange;

  // `mutedKey`: where the person's choice is kept, `isMuted`: how it is before one.
  // `onChange(state)`: "on", "muted" by the person, or "blocked" by the browser until
  // somebody clicks or types.
  constructor({ mutedKey, isMuted = false, onChange }) {
    this.#mutedKey = mutedKey;
    this.#isMuted = isMuted;
    this.#onChange = onChange;
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, () => this.#wake(), { capture: true });
    }
    store.onChangeElsewhere((key) => key === mutedKey && this.#tell());
    this.#tell();
  }

  get state() {
    if (this.#isSwitchedOff) return "muted";
    return this.#context?.state === "running" ? "on" : "blocked";
  }

  toggle() {
    store.write(this.#mutedKey, !this.#isSwitchedOff);
    this.#tell();
  }

  // `name`: what it sounds for; another tab sounding for the same is enough.
  play(name) {
    if (this.state !== "on") return;
    if (!navigator.locks) return this.#sound();
    navigator.locks.request(`parley.chime.${name}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      this.#sound();
      await new Promise((resolve) => setTimeout(resolve, HOLD));
    });
  }

  get #isSwitchedOff() {
    return store.read(this.#mutedKey) ?? this.#isMuted;
  }

  async #wake() {
    if (this.#context?.state === "running") return;
    if (!this.#context || this.#context.state === "closed") this.#build();
    try {
      await this.#context.resume();
    } catch {
      this.#context.close().catch(() => {}); // It is beyond help: a new one comes next time.
      this.#context = null;
    }
    this.#tell();
  }

  #build() {
    this.#context = new AudioContext();
    this.#context.addEventListener("statechange", () => this.#tell());
  }

  #tell() {
    this.#onChange(this.state);
  }

  #sound() {
    for (const { pitch, at } of NOTES) this.#note(pitch, this.#context.currentTime + at);
  }

  #note(pitch, start) {
    const tone = new OscillatorNode(this.#context, { frequency: pitch, type: "sine" });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
    tone.connect(gain).connect(this.#context.destination);
    tone.start(start);
    tone.stop(start + LENGTH);
  }
}
