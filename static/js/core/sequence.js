// What is known of one contact's messages, by `seq` (dense: 1, 2, 3, ...). Frames
// may be missed, doubled or swapped on the way; this says what is news and
// where a gap begins.
export class Sequence {
  #revisions = new Map(); // seq -> rev
  #complete = 0;
  #highest = 0;
  #asked = -1;
  #onGap;

  // `onGap(after)`: ask the server for everything after that seq.
  constructor(onGap) {
    this.#onGap = onGap;
  }

  // Everything from 1 to here is known.
  get complete() {
    return this.#complete;
  }

  // Return whether the message is new, or newer than what is known of it.
  take({ seq, rev }) {
    const known = this.#revisions.get(seq);
    if (known !== undefined && known >= rev) return false;
    this.#revisions.set(seq, rev);
    this.#highest = Math.max(this.#highest, seq);
    while (this.#revisions.has(this.#complete + 1)) this.#complete += 1;
    return true;
  }

  // Forget all: the server has other lines under the same numbers.
  startOver() {
    this.#revisions.clear();
    this.#complete = this.#highest = 0;
    this.#asked = -1;
  }

  // The server has fewer lines than we: it says whether that is so.
  doubt(lastSeq) {
    if (lastSeq < this.#highest) this.#onGap(this.#highest);
  }

  // Ask once per gap for what lies between; `again` after a reconnect or a pong.
  check(lastSeq, { again = false } = {}) {
    if (lastSeq <= this.#complete) return;
    if (this.#asked === this.#complete && !again) return;
    this.#asked = this.#complete;
    this.#onGap(this.#complete);
  }
}
