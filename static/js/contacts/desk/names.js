// How the desk names what a card is about.
import { serverNow } from "../../core/time.js";
import { say, sayCount, sayFirst } from "../../core/words.js";

export function customerName({ customer }) {
  return customer.name || say("nameless");
}

export function initials(name) {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? "").join("").toLocaleUpperCase();
}

// The card of one who follows the chat of somebody else, and takes no slot with it.
export function isWatched({ role }) {
  return role === "watcher";
}

// "Chat", "Transfer from Bob", "Conference request from Bob", then "Conference with Bob";
// whoever was left with the chat, or came without being asked, has an ordinary one;
// "watching Alice".
export function kindName({ kind, role, state, channel, owner, requested_by: name }) {
  if (role === "watcher") return say("kind-watching", { name: owner.display_name });
  const isOver = kind === "conference" && (role === "primary" || !name);
  if (kind === "routed" || isOver) return say(`channel-${channel}`);
  const isJoined = kind === "conference" && state !== "offered";
  return say(isJoined ? "kind-joined" : `kind-${kind}`, { name });
}

// Who had an offered contact before: "back from Bob", "offered to you again", or "".
export function returnName({ returned_from: who }, me) {
  if (!who) return "";
  return who.id === me.id ? say("returned-own") : say("returned", { name: who.display_name });
}

// Why an assistant handed the chat over: "Asked for a person", or "".
export function handoverName({ handover }) {
  if (!handover) return "";
  const { reason, misses: count } = handover;
  return reason === "misses" ? sayCount("handover-misses", count) : say(`handover-${reason}`);
}

// The same with what the customer said last to the assistant, or with the summary
// that a language model has written.
export function handoverInWords(card) {
  const reason = handoverName(card);
  const { summary, is_automatic: isAutomatic } = card.handover ?? {};
  if (!summary) return reason;
  return say(isAutomatic ? "handover-automatic" : "handover-summary", { reason, summary });
}

// Transferred: the card tells nothing of the chat any more, not even how long it is.
export function isGivenAway({ state, last_seq: lastSeq }) {
  return state === "wrapup" && lastSeq === 0;
}

// Why a card is gone, in words.
export function farewell(card, reason) {
  const kind = isWatched(card) ? "watcher" : card.kind;
  const keys = [`removed-${reason}-${kind}`, `removed-${reason}`];
  return sayFirst(keys, { name: customerName(card) });
}

// "Waiting for Bob", "In conference with Bob", or "".
export function conferenceState({ conference, role, requested_by: host }) {
  if (!conference) return "";
  if (role === "consulted" && !host) return "";
  const name = role === "consulted" ? host : conference.agent.display_name;
  return say(`conference-${conference.state}`, { name });
}

// "Sam watches this chat", or "": the watcher's own card says it otherwise.
export function watchedBy(card) {
  const [name] = isWatched(card) ? [] : (card.watchers ?? []);
  return name ? say("watched-by", { name }) : "";
}

export function where(card) {
  const queue = card.queue?.name;
  return queue ? say("where", { queue, kind: kindName(card) }) : kindName(card);
}

// ringing, blinking, connected or wrapup, by the server's deadlines.
export function phase({ state, blink_at: blinkAt }) {
  if (state !== "offered") return state;
  return serverNow() < Date.parse(blinkAt) ? "ringing" : "blinking";
}
