// Who waits for the agent: for an answer, or in line; and what says that it is too long.
import { minutes, since, until } from "../../core/time.js";
import { say } from "../../core/words.js";
import { isWatched } from "./names.js";

const LATE = 1; // times the queue's threshold
const OVERDUE = 2;

// The customer has left a chat that its agent has not ended yet.
export function hasLeft({ state, customer_present: isPresent }) {
  return state === "connected" && !isPresent;
}

export function isWaiting(card) {
  const isOwn = card.state === "connected" && !isWatched(card);
  return isOwn && !hasLeft(card) && Boolean(card.unanswered_since);
}

// "new", "late" or "overdue", by the queue's threshold for answers; "" for nobody.
export function urgency(card) {
  if (!isWaiting(card)) return "";
  const times = since(card.unanswered_since) / (card.first_response_threshold * 1000);
  if (times >= OVERDUE) return "overdue";
  return times >= LATE ? "late" : "new";
}

// How long the chat has lasted, or did when it ended.
export function lasted({ connected_at: from, ended_at: to }) {
  return to ? Date.parse(to) - Date.parse(from) : since(from);
}

// For how long the customer has been out of reach, in words; "" of one who is there.
export function absence({ customer_away_since: from }) {
  return from ? say("away", { time: minutes(since(from)) }) : "";
}

// Those who wait the longest for an answer come first, but after the offers.
export function waitingFirst(cards) {
  const offers = cards.filter(({ state }) => state === "offered");
  const waiting = cards.filter(isWaiting);
  waiting.sort((a, b) => Date.parse(a.unanswered_since) - Date.parse(b.unanswered_since));
  const first = new Set([...offers, ...waiting]);
  return [...first, ...cards.filter((card) => !first.has(card))];
}

// What there is to know at once: { text, mood }; the mood is for the eye.
export function standing(card, phase) {
  if (hasLeft(card)) return { text: say("standing-left"), mood: "late" };
  if (isWaiting(card)) {
    const time = minutes(since(card.unanswered_since));
    return { text: say("standing-waiting", { time }), mood: urgency(card) };
  }
  if (phase === "blinking") {
    return { text: say("standing-left-to-answer", { time: minutes(until(card.rona_at)) }), mood: "overdue" };
  }
  if (phase !== "ringing" || card.kind === "conference") return { text: "", mood: "" };
  return { text: say("standing-line", { time: minutes(since(card.waiting_since)) }), mood: "new" };
}

// The same for those who hear it, without the seconds.
export function standingInWords(card) {
  if (hasLeft(card)) return say("standing-left");
  const mood = urgency(card);
  return mood && say(mood === "new" ? "waits" : "waits-long");
}
