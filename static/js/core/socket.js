// A socket that stays: it connects, greets, pings, notices silence, comes back
// after every loss and sends again whatever was not acknowledged, in order.
//
//   const socket = new Socket({
//     path: "/ws/desk/",
//     hello: () => ({ type: "hello", token, after }),   // customer only
//     greeting: "welcome",          // the frame with which it is connected
//     onFrame: (frame) => {},       // every frame but `ack`s and refused sends
//     onStatus: (status, code) => {},
//   });
//   socket.start();
//   socket.send({ type: "sync", contact, after: 0 });    // now or never
//   const message = await socket.deliver({ contact, client_id, text });
//
// Status: connecting, connected (the greeting is here), reconnecting, closed
// (for good, with the close code).
import { backoff } from "./backoff.js";
import { Heartbeat } from "./heartbeat.js";

const FINAL_CODES = new Set([4401, 4403, 4404, 4409]);
const TOO_MANY_FRAMES = 4429;
const TOO_MANY_PAUSE = 30_000;
const HANDSHAKE_PATIENCE = 10_000;

class SocketError extends Error {
  constructor({ code, detail, retry_after: retryAfter = null }) {
    super(detail || code);
    this.code = code;
    this.detail = detail ?? "";
    this.retryAfter = retryAfter; // seconds
  }
}

export class Socket {
  #path;
  #hello;
  #greeting;
  #onFrame;
  #onStatus;
  #ws = null;
  #status = "closed";
  #attempt = 0;
  #timer = null;
  #unwatch = new AbortController();
  #handshake = null;
  #heartbeat;
  #undelivered = new Map(); // client_id -> { frame, promise, resolve, reject }

  constructor({ path, hello = null, greeting = "welcome", onFrame, onStatus = () => {} }) {
    this.#path = path;
    this.#hello = hello;
    this.#greeting = greeting;
    this.#onFrame = onFrame;
    this.#onStatus = onStatus;
    this.#heartbeat = new Heartbeat({
      ping: () => this.#ping(),
      onSilence: () => this.#lose(),
    });
  }

  get status() {
    return this.#status;
  }

  start() {
    if (this.#status !== "closed") return;
    this.#attempt = 0;
    this.#become("connecting");
    this.#watch();
    this.#connect();
  }

  stop(code = 1000) {
    this.#letGo(code);
    clearTimeout(this.#timer);
    this.#unwatch.abort();
    if (this.#status !== "closed") this.#become("closed", code);
    for (const waiting of this.#undelivered.values()) {
      waiting.reject(new SocketError({ code: "closed" }));
    }
    this.#undelivered.clear();
  }

  // Send a frame whose loss does not matter (typing, read, sync, signal).
  // Return whether it went out.
  send(frame) {
    if (this.#status !== "connected") return false;
    this.#ws.send(JSON.stringify(frame));
    return true;
  }

  // Send a message; resolve with it as it was stored. Waits for the network as
  // long as it takes. Reject with a SocketError when the server refuses it, or
  // with its code "closed" when this socket has ended.
  deliver({ client_id: clientId, ...rest }) {
    const known = this.#undelivered.get(clientId);
    if (known) return known.promise;
    if (this.#status === "closed") {
      return Promise.reject(new SocketError({ code: "closed" }));
    }
    const waiting = { frame: { type: "send", client_id: clientId, ...rest } };
    waiting.promise = new Promise((resolve, reject) => {
      Object.assign(waiting, { resolve, reject });
    });
    this.#undelivered.set(clientId, waiting);
    this.send(waiting.frame);
    return waiting.promise;
  }

  #watch() {
    this.#unwatch = new AbortController();
    const { signal } = this.#unwatch;
    window.addEventListener("online", () => this.#hurry(), { signal });
    window.addEventListener("offline", () => this.#lose(), { signal });
    window.addEventListener("pageshow", () => this.#hurry(), { signal });
    const onVisible = () => !document.hidden && this.#hurry();
    document.addEventListener("visibilitychange", onVisible, { signal });
  }

  #connect() {
    const address = new URL(this.#path, window.location.href);
    address.protocol = window.location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("language", document.documentElement.lang);
    const ws = new WebSocket(address);
    this.#ws = ws;
    this.#handshake = setTimeout(() => this.#lose(), HANDSHAKE_PATIENCE);
    ws.onopen = () => {
      if (this.#hello) ws.send(JSON.stringify(this.#hello()));
    };
    ws.onmessage = (event) => this.#receive(JSON.parse(event.data));
    ws.onclose = (event) => this.#closed(event.code);
  }

  #receive(frame) {
    this.#heartbeat.heard();
    if (frame.type === "ack") return this.#settle(frame, "resolve", frame.message);
    if (frame.type === "error" && this.#undelivered.has(frame.client_id)) {
      return this.#settle(frame, "reject", new SocketError(frame));
    }
    if (frame.type === this.#greeting && this.#status !== "connected") this.#welcomed();
    this.#onFrame(frame);
    if (frame.type === "welcome" || frame.type === "pong") this.#sendAgain(frame.type);
  }

  #welcomed() {
    clearTimeout(this.#handshake);
    this.#attempt = 0;
    this.#heartbeat.start();
    this.#become("connected");
  }

  #settle({ client_id: clientId }, how, value) {
    const waiting = this.#undelivered.get(clientId);
    this.#undelivered.delete(clientId);
    waiting?.[how](value);
  }

  // After a welcome everything unacknowledged goes out again. A pong that finds
  // a message unacknowledged a second time sends it again too: the server is
  // there, so the frame or its ack was lost. Repeats are harmless (client_id).
  #sendAgain(reason) {
    for (const waiting of this.#undelivered.values()) {
      if (reason === "welcome" || waiting.overdue) this.send(waiting.frame);
      waiting.overdue = true;
    }
  }

  #ping() {
    this.send({ type: "ping" });
  }

  #closed(code) {
    if (FINAL_CODES.has(code)) this.stop(code);
    else this.#lose(code);
  }

  // The connection is gone, or might as well be: come back after a pause.
  #lose(code = 1006) {
    if (!this.#ws) return;
    this.#letGo(code);
    const pause = code === TOO_MANY_FRAMES ? TOO_MANY_PAUSE : backoff(this.#attempt);
    this.#attempt += 1;
    this.#become("reconnecting", code);
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  // Somebody looks, or the network is back: do not sit out the pause, and do
  // not trust a connection that has slept.
  #hurry() {
    if (this.#status === "connected") return this.#heartbeat.probe();
    if (this.#status !== "reconnecting" || this.#ws) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #letGo(code) {
    clearTimeout(this.#handshake);
    this.#heartbeat.stop();
    const ws = this.#ws;
    this.#ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    if (ws.readyState < WebSocket.CLOSING) ws.close(code === 1000 ? 1000 : 4000);
  }

  #become(status, code = null) {
    this.#status = status;
    this.#onStatus(status, code);
  }
}
