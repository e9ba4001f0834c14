// The sentence of an event message: the page's own words, else the server's.
//
// Words are looked up from the most to the least particular:
// event-contact_ended-customer_left, event-agent_left-nobody, event-agent_left.
import { sayFirst } from "./words.js";

export function describe({ event, text }) {
  if (!event) return text;
  const { code, name, reason } = event;
  // Why it was closed, and until when, the server alone can say.
  if (reason === "closed") return text;
  const keys = [`event-${code}`];
  if (!name) keys.unshift(`event-${code}-nobody`);
  if (reason) keys.unshift(`event-${code}-${reason}`);
  return sayFirst(keys, { name }) || text;
}
