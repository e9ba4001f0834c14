import { Floor } from "./page.js";

new Floor(document.querySelector("[data-floor]")).start();
