// The sentences of event messages and notices: the page's own words, else the server's.
//
// Words are looked up from the most to the least particular:
// event-contact_ended-customer_left, event-agent_left-nobody, event-agent_left.
import { clockTime, dayAhead } from "./time.js";
import { say, sayFirst } from "./words.js";

export function notice({ code, values, text }) {
  const { why, files } = values;
  const keys = [`notice-${code}`];
  if (why) keys.unshift(`notice-${code}-${why}`);
  if (files) keys.unshift(`notice-${code}-files`);
  return sayFirst(keys, values) || text;
}

export function describe({ event, text }) {
  if (!event) return text;
  const { code, name, reason, opens_at: opensAt } = event;
  const keys = [`event-${code}`];
  if (!name) keys.unshift(`event-${code}-nobody`);
  if (reason) keys.unshift(`event-${code}-${reason}`);
  const told = sayFirst(keys, { name }) || text;
  if (!opensAt) return told;
  return say("event-opens-again", { told, day: dayAhead(opensAt).name, time: clockTime(opensAt) });
}
