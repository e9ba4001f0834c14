// Where a visitor comes from, and with what.
import { host } from "./host.js";

const LONGEST_ADDRESS = 2_000; // characters that the server keeps

// Where the visitor is, as the site around this page tells it.
export async function whereFrom() {
  return (await host.page()) ?? pageOfVisitor();
}

// The code in the address is for nobody else to see, nor for the browser's history.
export function takeCode() {
  const code = /^#resume=([\w-]+)$/.exec(window.location.hash)?.[1] ?? null;
  if (code) {
    const { pathname, search } = window.location;
    window.history.replaceState(null, "", pathname + search);
  }
  return code;
}

// The page that frames this one or led here, else this one itself.
function pageOfVisitor() {
  const { referrer } = document;
  if (/^https?:/.test(referrer)) return { url: referrer.slice(0, LONGEST_ADDRESS) };
  return { url: window.location.href.slice(0, LONGEST_ADDRESS), title: document.title };
}
