// Frames can get lost. Whatever shows that the desk is behind leads here, where
// the state is fetched whole.
import { onTick, serverNow } from "../../core/time.js";

const LATE = 3_000; // milliseconds past its deadline at which an offer is doubtful
const NOT_AS_THOUGHT = new Set([403, 404, 409]);

export class Doubts {
  #state;
  #api;
  #isAsking = false;
  #late = new Set(); // assignments that were doubted once

  constructor({ state, api }) {
    this.#state = state;
    this.#api = api;
    onTick(() => this.#checkOffers());
  }

  // A command was refused.
  refused(error) {
    if (this.isAbout(error)) this.settle();
  }

  // Whether the refusal says that things are not as this desk thought.
  isAbout({ status }) {
    return NOT_AS_THOUGHT.has(status);
  }

  // Frames that arrive meanwhile are newer than the answer: then ask again.
  async settle() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      let version;
      let answer;
      do {
        version = this.#state.version;
        answer = await Promise.all([this.#api.get("me/"), this.#api.get("me/cards/")]);
      } while (this.#state.version !== version);
      const [me, cards] = answer;
      this.#state.replace({ me, cards });
    } catch {
      // The next pong or welcome brings it.
    } finally {
      this.#isAsking = false;
    }
  }

  #checkOffers() {
    const late = this.#state.cards.filter(({ state, assignment, rona_at: ronaAt }) => {
      const isLate = state === "offered" && serverNow() > Date.parse(ronaAt) + LATE;
      return isLate && !this.#late.has(assignment);
    });
    for (const { assignment } of late) this.#late.add(assignment);
    if (late.length) this.settle();
  }
}
