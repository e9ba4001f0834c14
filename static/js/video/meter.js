// How loud a person is, so that they see that they are heard.
const EVERY = 100; // milliseconds

export class Meter {
  #element;
  #context = null;
  #source = null;
  #timer = null;

  constructor(element) {
    this.#element = element;
  }

  // Listen to a track; null for none.
  listen(track) {
    this.stop();
    if (!track || !window.AudioContext) return;
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    this.#wake(this.#context);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#show(track.enabled ? level(samples) : 0);
    }, EVERY);
  }

  stop() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#context?.close();
    this.#context = this.#source = this.#timer = null;
    this.#show(0);
  }

  // Browsers let nothing run before the first click.
  #wake(context) {
    if (context.state !== "suspended") return;
    const wake = () => context.state === "suspended" && context.resume();
    document.addEventListener("pointerdown", wake, { once: true });
  }

  #show(value) {
    this.#element.value = value;
  }
}

// 0-1, as ears hear it: -60 dB is nothing.
function level(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power + 1e-9);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}
