// Who needs help, in the order in which it is given: who waits too long in a line, who
// asks for help, who is in RONA, whose customer waits too long for an answer.
import { since } from "../core/time.js";

const NO_LIMIT = { service_level_threshold: Infinity, first_response_threshold: Infinity };
const SECOND = 1000; // milliseconds

// When somebody waits too long in a queue, in seconds: in the line, and for an answer.
export class Limits {
  #byQueue = new Map();

  render({ all_queues: queues }) {
    this.#byQueue = new Map(queues.map((queue) => [queue.id, queue]));
  }

  of(queue) {
    const known = this.#byQueue.get(queue) ?? NO_LIMIT;
    return { wait: known.service_level_threshold, answer: known.first_response_threshold };
  }
}

export function needs(floor, limits) {
  return [
    ...breaches(floor, limits),
    ...floor.help.map((call) => ({ kind: "help", key: `help-${call.contact}`, ...call })),
    ...missed(floor),
    ...unanswered(floor, limits),
  ];
}

// Queues in the order in which they need somebody.
export function byWait(queues, limits) {
  const urgency = ({ id, longest_wait_seconds: wait }) => [
    wait !== null && wait > limits.of(id).wait ? 1 : 0,
    wait ?? -1,
  ];
  return [...queues].sort((a, b) => {
    const [late, wait] = urgency(a);
    const [otherLate, otherWait] = urgency(b);
    return otherLate - late || otherWait - wait;
  });
}

// Agents likewise.
export function byNeed(floor, limits) {
  const calling = new Set(floor.help.map(({ agent }) => agent.id));
  const late = new Set(unanswered(floor, limits).map(({ agent }) => agent.id));
  const place = (agent) => {
    if (calling.has(agent.id)) return 0;
    if (agent.state === "rona") return 1;
    if (late.has(agent.id)) return 2;
    return agent.state === "offline" ? 4 : 3;
  };
  return [...floor.agents].sort((a, b) => place(a) - place(b));
}

export function isLate({ queue, unanswered_since: waiting }, limits) {
  return waiting !== null && since(waiting) > limits.of(queue.id).answer * SECOND;
}

function breaches({ queues }, limits) {
  return byWait(queues, limits)
    .filter(({ id, longest_wait_seconds: wait }) => wait !== null && wait > limits.of(id).wait)
    .map((queue) => ({
      kind: "wait",
      key: `wait-${queue.id}`,
      queue,
      limit: limits.of(queue.id).wait * SECOND,
      lasts: queue.longest_wait_seconds * SECOND,
    }));
}

function missed({ agents }) {
  return agents
    .filter(({ state }) => state === "rona")
    .map((agent) => ({ kind: "rona", key: `rona-${agent.id}`, agent, since: agent.state_since }));
}

function unanswered({ agents }, limits) {
  return agents
    .flatMap((agent) => agent.contacts.map((contact) => ({ agent, contact })))
    .filter(({ contact }) => isLate(contact, limits))
    .map(({ agent, contact }) => ({
      kind: "answer",
      key: `answer-${contact.contact}`,
      agent,
      contact: contact.contact,
      customer: contact.customer,
      since: contact.unanswered_since,
    }))
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
}
