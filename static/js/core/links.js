// Web addresses in what people write become links: http, https and mailto, shown in
// full. The page includes contacts/_transcript_rows.html for the template.
import { clone } from "./dom.js";

// No characters that nobody sees, that turn others around, or that end a sentence.
const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`{}|\\^\p{C}\p{Z}]+/giu;
const HIDDEN = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u;
const LINE_BREAK = /^[\n\r\t]/;
const TRAILING = /[.,;:!?*_~]+$/u;
const PAIRS = { ")": "(", "]": "[" };
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

// Put the text into the element, with its addresses as links.
export function setLinkedText(element, text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    if (!isPlain(address, text.slice(index + found.length))) continue;
    parts.push(text.slice(end, index), link(address));
    end = index + address.length;
  }
  element.replaceChildren(...parts, text.slice(end));
}

// Without the punctuation of the sentence that it stands in.
function trimmed(found) {
  let address = found.replace(TRAILING, "");
  let last = address.at(-1);
  while (PAIRS[last] && count(address, last) > count(address, PAIRS[last])) {
    address = address.slice(0, -1).replace(TRAILING, "");
    last = address.at(-1);
  }
  return address;
}

function count(text, character) {
  return text.split(character).length - 1;
}

// An address that means what it shows: nobody's name before an @, nothing hidden.
function isPlain(address, rest) {
  if (HIDDEN.test(rest) && !LINE_BREAK.test(rest)) return false;
  const url = URL.parse?.(address) ?? parse(address);
  if (!url || !PROTOCOLS.has(url.protocol)) return false;
  return url.protocol === "mailto:" ? url.pathname.includes("@") : !url.username && !url.password;
}

function parse(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function link(address) {
  const anchor = clone("message-link");
  anchor.href = address;
  anchor.textContent = address;
  return anchor;
}
