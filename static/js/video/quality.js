// How good the connection is, from what the browser counts; and how large a picture it
// can carry, so that the picture steps down before the sound breaks.
const POOR = { loss: 0.05, rtt: 0.4 }; // shares, seconds
const BAD = { loss: 0.15, rtt: 1 };
const DOWN_AFTER = 2; // readings in a row
const UP_AFTER = 8;

// From the best to none.
const STEPS = [
  { active: true, maxBitrate: 1_500_000, scaleResolutionDownBy: 1 },
  { active: true, maxBitrate: 500_000, scaleResolutionDownBy: 2 },
  { active: true, maxBitrate: 150_000, scaleResolutionDownBy: 4 },
  { active: false },
];

export class Quality {
  #counted = { received: 0, lost: 0 };
  #step = 0;
  #worse = 0;
  #better = 0;

  // Whether our picture rests for the sound's sake.
  get isResting() {
    return !STEPS[this.#step].active;
  }

  get step() {
    return STEPS[this.#step];
  }

  // Read a report; return { level: "good" | "poor" | "bad", rtt, loss, isNewStep }.
  read(report) {
    const rows = [...report.values()];
    const rtt = roundTrip(rows);
    const loss = Math.max(this.#lossIn(rows), ...lossesOut(rows));
    const isOver = (limits) => loss > limits.loss || rtt > limits.rtt;
    const level = isOver(BAD) ? "bad" : isOver(POOR) ? "poor" : "good";
    return { level, rtt, loss, isNewStep: this.#move(level) };
  }

  // Nothing that was counted before counts for a new connection.
  startOver() {
    this.#counted = { received: 0, lost: 0 };
  }

  #move(level) {
    this.#worse = level === "good" ? 0 : this.#worse + (level === "bad" ? 2 : 1);
    this.#better = level === "good" ? this.#better + 1 : 0;
    const before = this.#step;
    if (this.#worse >= DOWN_AFTER) this.#step = Math.min(this.#step + 1, STEPS.length - 1);
    if (this.#better >= UP_AFTER) this.#step = Math.max(this.#step - 1, 0);
    if (this.#step === before) return false;
    this.#worse = this.#better = 0;
    return true;
  }

  #lossIn(rows) {
    const incoming = rows.filter(({ type }) => type === "inbound-rtp");
    const received = sum(incoming, "packetsReceived");
    const lost = sum(incoming, "packetsLost");
    const news = { received: received - this.#counted.received, lost: lost - this.#counted.lost };
    this.#counted = { received, lost };
    const all = news.received + news.lost;
    return all > 20 ? Math.max(0, news.lost) / all : 0;
  }
}

function roundTrip(rows) {
  const pair = rows.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  return pair?.currentRoundTripTime ?? 0;
}

// What the other end says it has not got.
function lossesOut(rows) {
  const told = rows.filter(({ type }) => type === "remote-inbound-rtp");
  return told.map(({ fractionLost }) => fractionLost ?? 0);
}

function sum(rows, name) {
  return rows.reduce((total, row) => total + (row[name] ?? 0), 0);
}
