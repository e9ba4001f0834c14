// The entry script of the pages of quality.
import { placesMenu } from "../agents/places.js";
import { Sheet } from "./sheet.js";

placesMenu(document.querySelector("[data-quality]"));
const form = document.querySelector("[data-sheet]");
if (form) new Sheet(form);
