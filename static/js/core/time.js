import { LANGUAGE, OWN } from "./language.js";

// The server's clock decides: timers run on it, shown in local time.
let offset = 0; // milliseconds the server is ahead of this machine

// Take the `now` of a welcome or pong.
export function setServerNow(iso) {
  offset = Date.parse(iso) - Date.now();
}

export function serverNow() {
  return Date.now() + offset;
}

// Milliseconds on the server's clock since an ISO time; never negative.
export function since(iso) {
  return Math.max(0, serverNow() - Date.parse(iso));
}

export function until(iso) {
  return Math.max(0, Date.parse(iso) - serverNow());
}

// "m:ss"; minutes go on counting past the hour.
export function minutes(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// Words in the language of the page; hours as this person writes them, where that is
// the language of the browser, too.
const clock = new Intl.DateTimeFormat(OWN, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "full", timeStyle: "short" });
const day = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });
const date = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium" });
const nearby = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });

export function clockTime(iso) {
  return clock.format(new Date(iso));
}

export function fullTime(iso) {
  return full.format(new Date(iso));
}

export function dateName(iso) {
  return date.format(new Date(iso));
}

// The local calendar day as a key: equal for times of one day.
export function dayOf(iso) {
  return new Date(iso).toDateString();
}

// "Today", "Yesterday", or the date.
export function dayName(iso) {
  const days = Math.round((Date.parse(dayOf(iso)) - Date.parse(new Date().toDateString())) / 86_400_000);
  const name = days === 0 || days === -1 ? nearby.format(days, "day") : day.format(new Date(iso));
  return name[0].toLocaleUpperCase(LANGUAGE) + name.slice(1);
}

// How many local calendar days lie between today and then, and the day's name.
export function dayAhead(iso) {
  const then = new Date(iso);
  const today = new Date();
  const days = Math.round((Date.parse(dayOf(iso)) - Date.parse(today.toDateString())) / 86_400_000);
  const year = then.getFullYear() === today.getFullYear() ? undefined : "numeric";
  const parts = { weekday: "long", day: "numeric", month: "short", year };
  return { days, name: new Intl.DateTimeFormat(LANGUAGE, parts).format(then) };
}

// One loop for all timers on the page. Return a function that unsubscribes.
const listeners = new Set();
let timer = null;

export function onTick(listener) {
  listeners.add(listener);
  listener();
  timer ??= setTimeout(tick, untilNextSecond());
  return () => listeners.delete(listener);
}

function tick() {
  for (const listener of listeners) listener();
  timer = listeners.size ? setTimeout(tick, untilNextSecond()) : null;
}

function untilNextSecond() {
  return 1000 - (serverNow() % 1000) + 5;
}
