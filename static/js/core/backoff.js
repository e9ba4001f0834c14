const FIRST = 400;
const LONGEST = 15_000;

// Milliseconds to wait before attempt number `attempt` (from 0): doubling, with
// jitter, so that a thousand browsers do not come back in the same instant.
export function backoff(attempt) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
