// Two soft notes, made by the browser. It may sound only after the first click
// or key, as browsers demand; of several tabs one sounds.
const NOTES = [
  { pitch: 659.3, at: 0 },
  { pitch: 880, at: 0.16 },
];
const LOUDNESS = 0.18;
const LENGTH = 0.5; // seconds of one note
const HOLD = 1_500; // milliseconds in which another tab keeps quiet

export class Chime {
  #context = null;

  constructor() {
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, () => this.#unlock(), { once: true, capture: true });
    }
  }

  // `name`: what it sounds for; another tab sounding for the same is enough.
  play(name) {
    if (this.#context?.state !== "running") return;
    if (!navigator.locks) return this.#sound();
    navigator.locks.request(`parley.chime.${name}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      this.#sound();
      await new Promise((resolve) => setTimeout(resolve, HOLD));
    });
  }

  #unlock() {
    this.#context ??= new AudioContext();
    this.#context.resume();
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
