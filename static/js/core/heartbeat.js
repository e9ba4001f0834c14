// Pings while a connection is up, and reports when nothing answers.
const INTERVAL = 20_000;
const PATIENCE = 8_000;

export class Heartbeat {
  #ping;
  #onSilence;
  #beat = null;
  #watchdog = null;

  constructor({ ping, onSilence }) {
    this.#ping = ping;
    this.#onSilence = onSilence;
  }

  start() {
    this.stop();
    this.#beat = every(INTERVAL, () => this.probe());
  }

  stop() {
    this.#beat?.();
    this.#beat = null;
    this.heard();
  }

  // Ask now; silence from here on counts.
  probe() {
    this.#ping();
    this.#watchdog ??= setTimeout(() => {
      this.#watchdog = null;
      this.#onSilence();
    }, PATIENCE);
  }

  heard() {
    clearTimeout(this.#watchdog);
    this.#watchdog = null;
  }
}

// Call `action` every `interval` milliseconds, in a hidden tab too. Return a
// function that stops it.
function every(interval, action) {
  let timer = null;
  const worker = new Worker(new URL("./beat.js", import.meta.url));
  worker.onmessage = action;
  worker.onerror = () => {
    timer ??= setInterval(action, interval);
  };
  worker.postMessage(interval);
  return () => {
    worker.terminate();
    clearInterval(timer);
  };
}
