// What went wrong, in words: the server's own sentence, else the page's.
import { setText, show } from "./dom.js";
import { say } from "./words.js";

export function sentence(error) {
  if (error.detail) return error.detail;
  return say(error.code === "network" ? "network" : "failed");
}

// Put a sentence where it belongs, or take it away ("").
export function report(place, text) {
  setText(place, text);
  show(place, text !== "");
}

// The same of one field, so that whoever comes to it hears what is wrong with it.
export function reportAt(field, place, text) {
  report(place, text);
  place.id ||= `${field.id}-error`;
  field.ariaInvalid = text === "" ? null : "true";
  const about = (field.getAttribute("aria-describedby") ?? "").split(" ");
  const others = about.filter((id) => id !== "" && id !== place.id);
  const ids = text === "" ? others : [...others, place.id];
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

// Whether a refusal is about nothing but these fields.
export function isAbout(error, names) {
  const refused = Object.keys(error.errors ?? {}).map((path) => path.split(".").at(-1));
  return refused.length > 0 && refused.every((name) => names.includes(name));
}
