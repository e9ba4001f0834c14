// What launcher and panel stand in: on which side, in which colour.
import { element } from "./dom.js";
import { readableOn } from "./tag.js";

export function areaFor({ side, colour }) {
  const area = element("div", { class: `area area--${side}` });
  if (colour) {
    area.style.setProperty("--accent", colour);
    area.style.setProperty("--on-accent", readableOn(colour));
  }
  return area;
}
