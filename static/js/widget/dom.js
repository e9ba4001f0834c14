// Elements without HTML from strings, which a site's Trusted Types would refuse; texts.
const SVG = "http://www.w3.org/2000/svg";

//   element("button", { type: "button", "aria-label": "Close" }, icon(PATH));
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

// A picture of 24 by 24, drawn with one line.
export function icon(path, name) {
  const line = filled(document.createElementNS(SVG, "path"), { d: path });
  const attributes = { viewBox: "0 0 24 24", class: `icon icon--${name}`, "aria-hidden": "true" };
  return filled(document.createElementNS(SVG, "svg"), attributes, [line]);
}

// The beginning of a text, whole characters as the server counts them.
export function cut(text, most) {
  return text.length <= most ? text : [...text].slice(0, most).join("");
}

function filled(made, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
