// The entry script of the Agent Desktop.
import { dismissHints } from "../core/hints.js";
import { Desk } from "./desktop.js";

dismissHints();
new Desk(document.querySelector("[data-desk]")).start();
