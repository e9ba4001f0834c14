// The script tag, and what the site chose there.
import { cut } from "./dom.js";

const SIDES = ["left", "right"];
const KEY = /^[a-z0-9-]{3,40}$/;
const COLOUR = /^#[0-9a-f]{6}$/i;
const LONGEST_LABEL = 40; // characters

// Known only while the script runs first; tag managers may hide it.
export const TAG =
  document.currentScript ?? document.querySelector("script[src$='/widget.js'][data-entry-point]");

// null: there is nothing to show. `side` "end" follows the direction of the page.
export function readTag(tag) {
  const { entryPoint = "", position, label = "", colour = "" } = tag?.dataset ?? {};
  const { icon = "", language = "" } = tag?.dataset ?? {};
  if (!KEY.test(entryPoint)) return null;
  const { origin } = new URL(tag.src);
  return {
    origin,
    address: `${origin}/chat/${entryPoint}/`,
    key: entryPoint,
    side: SIDES.includes(position) ? position : "end",
    label: cut(label.trim(), LONGEST_LABEL), // "": as the language has it
    language,
    colour: COLOUR.test(colour) ? colour : null,
    picture: icon,
  };
}

// Black or white, whichever is easier to read there (WCAG 2.2, relative luminance).
export function readableOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16)));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

function linear(value) {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
