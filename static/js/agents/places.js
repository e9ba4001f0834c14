// The menu that leads those who oversee from place to place.
import { slot } from "../core/dom.js";
import { Menu } from "../core/menu.js";

export function placesMenu(root) {
  const button = slot(root, "places-button");
  // Links lead on by themselves.
  if (button) new Menu({ button, list: slot(root, "places-items"), onPick: () => {} });
}
