// A time that is so many milliseconds ahead. The clock of the machine may be wrong and be
// put right meanwhile, and the other one of the browser stands while the machine sleeps:
// whichever has gone further counts.
export class Deadline {
  #length;
  #wall = Date.now();
  #steady = performance.now();

  constructor(length) {
    this.#length = length;
  }

  get left() {
    const gone = Math.max(Date.now() - this.#wall, performance.now() - this.#steady);
    return Math.max(0, this.#length - gone);
  }
}
