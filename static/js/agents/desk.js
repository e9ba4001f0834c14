// The entry script of the Agent Desktop.
import { Desk } from "./desktop.js";

new Desk(document.querySelector("[data-desk]")).start();
