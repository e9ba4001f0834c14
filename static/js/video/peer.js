// The connection to the other end: perfect negotiation (both may offer at once; the
// polite one gives way), a way around a network that changes, and a new beginning where
// the other page was loaded anew.
//
// Signals are { from, to?, hello } | { from, to, description } | { from, to, candidate } |
// { from, to, picture }: whether there is one to be seen, which no browser tells.
// `from` names the page load of the one end, `to` that of the other.
import { newId } from "../core/ids.js";
import { Quality } from "./quality.js";

const HELLO_EVERY = 4_000; // milliseconds, until there is a connection
const SHAKY = 2_500; // until a connection that has broken looks for another way
const GIVE_UP = 12_000; // until it begins anew
const NO_ROUTE = 30_000; // until that is said
const READ_EVERY = 2_000;
const PAUSE = 3_000; // between two new beginnings

export class Peer {
  #isPolite;
  #ice;
  #send;
  #on;
  #id = newId();
  #other = null;
  #pc = null;
  #tracks = { audio: null, video: null };
  #remote = new MediaStream();
  #pending = []; // candidates that came before their description
  #isOffering = false;
  #ignoresOffer = false;
  #quality = new Quality();
  #timers = {};
  #brokenSince = Date.now();
  #queue = Promise.resolve(); // signals are served one after the other
  #begunAt = 0;
  #stop = new AbortController();

  // `ice()`: resolves with { servers, relay_only }, fresh ones. `send(data)`: to the other end.
  // `on`: { state(name), quality(reading), stream(MediaStream), picture(isThere) }; a state is connecting,
  // connected, shaky or no-route.
  constructor({ isPolite, ice, send, on }) {
    this.#isPolite = isPolite;
    this.#ice = ice;
    this.#send = send;
    this.#on = on;
    const { signal } = this.#stop;
    const again = () => this.#repair();
    window.addEventListener("online", again, { signal });
    navigator.connection?.addEventListener?.("change", again, { signal });
    this.#timers.watch = setInterval(() => this.#watch(), HELLO_EVERY);
    this.#timers.read = setInterval(() => this.#read(), READ_EVERY);
  }

  get connection() {
    return this.#pc;
  }

  get isConnected() {
    return this.#pc?.connectionState === "connected";
  }

  // Say that this page is here: at the beginning, and after every new socket.
  hello() {
    this.#tell({ hello: true });
    if (this.#pc && !this.isConnected) this.#repair();
  }

  // Send this track from now on; null for none.
  async use(kind, track) {
    this.#tracks[kind] = track;
    if (kind === "video") this.#tellPicture();
    await this.#sender(kind)?.replaceTrack(track);
  }

  hear(data) {
    this.#queue = this.#queue.then(() => this.#serve(data)).catch(() => this.#begin());
  }

  stop() {
    this.#stop.abort();
    clearInterval(this.#timers.watch);
    clearInterval(this.#timers.read);
    clearTimeout(this.#timers.shaky);
    this.#close();
  }

  // --- signals ---------------------------------------------------------------------
  async #serve({ from, to, hello, description, candidate, picture }) {
    if (this.#stop.signal.aborted || typeof from !== "string") return;
    if (hello) return this.#meet(from);
    if (to !== this.#id) return;
    if (from !== this.#other) await this.#meet(from);
    if (picture !== undefined) this.#on.picture(picture === true);
    else if (description) await this.#describe(description);
    else if (candidate !== undefined) await this.#candidate(candidate);
  }

  // A page that is new to us: what was agreed with the one before is over.
  async #meet(from) {
    if (from === this.#other) {
      // Its offer, or our answer, was lost on the way.
      if (!this.isConnected && !this.#pc) await this.#open();
      return;
    }
    this.#other = from;
    this.#tell({ hello: true });
    await this.#open();
  }

  async #describe(description) {
    const isCollision =
      description.type === "offer" && (this.#isOffering || this.#pc.signalingState !== "stable");
    this.#ignoresOffer = !this.#isPolite && isCollision;
    if (this.#ignoresOffer) return;
    await this.#pc.setRemoteDescription(description);
    await this.#addPending();
    if (description.type !== "offer") return;
    await this.#join();
    await this.#pc.setLocalDescription();
    this.#tell({ description: this.#pc.localDescription });
  }

  async #candidate(candidate) {
    if (!this.#pc.remoteDescription) return void this.#pending.push(candidate);
    try {
      await this.#pc.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.#ignoresOffer) throw error;
    }
  }

  async #addPending() {
    for (const candidate of this.#pending.splice(0)) await this.#candidate(candidate);
  }

  #tellPicture() {
    if (this.#other) this.#tell({ picture: this.#tracks.video !== null });
  }

  #tell(data) {
    this.#send({ from: this.#id, to: this.#other, ...data });
  }

  // --- the connection ----------------------------------------------------------------
  async #open() {
    this.#close();
    const { servers, relay_only: isRelayed } = await this.#ice();
    if (this.#stop.signal.aborted) return;
    const pc = new RTCPeerConnection({
      iceServers: servers,
      iceTransportPolicy: isRelayed ? "relay" : "all",
      bundlePolicy: "max-bundle",
    });
    this.#pc = pc;
    this.#brokenSince = Date.now();
    this.#quality.startOver();
    this.#on.state("connecting");
    pc.onicecandidate = ({ candidate }) => candidate && this.#tell({ candidate });
    pc.ontrack = ({ track }) => this.#show(track);
    pc.onconnectionstatechange = () => this.#changed(pc);
    pc.onnegotiationneeded = () => this.#offer(pc);
    if (!this.#isPolite) this.#propose(pc);
  }

  // The one end proposes sound and picture; the other joins them, so that whatever is
  // switched later needs no new agreement.
  #propose(pc) {
    for (const kind of ["audio", "video"]) {
      const track = this.#tracks[kind];
      pc.addTransceiver(track ?? kind, { direction: "sendrecv" });
    }
    this.#favourSound();
  }

  async #join() {
    for (const transceiver of this.#pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      await transceiver.sender.replaceTrack(this.#tracks[transceiver.receiver.track.kind]);
    }
    this.#favourSound();
  }

  async #offer(pc) {
    try {
      this.#isOffering = true;
      await pc.setLocalDescription();
      if (pc === this.#pc) this.#tell({ description: pc.localDescription });
    } catch {
      // Closed meanwhile, or overtaken by the other's offer.
    } finally {
      this.#isOffering = false;
    }
  }

  #show(track) {
    for (const old of this.#remote.getTracks()) {
      if (old.kind === track.kind) this.#remote.removeTrack(old);
    }
    this.#remote.addTrack(track);
    this.#on.stream(this.#remote);
  }

  #sender(kind) {
    const found = this.#pc?.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
    return found?.sender;
  }

  #close() {
    this.#pending = [];
    if (!this.#pc) return;
    this.#pc.onicecandidate = this.#pc.ontrack = this.#pc.onconnectionstatechange = null;
    this.#pc.onnegotiationneeded = null;
    this.#pc.close();
    this.#pc = null;
  }

  // --- when it breaks ------------------------------------------------------------------
  #changed(pc) {
    if (pc !== this.#pc) return;
    clearTimeout(this.#timers.shaky);
    if (pc.connectionState === "connected") {
      this.#brokenSince = null;
      this.#tellPicture();
      this.#on.state("connected");
      return;
    }
    if (!["disconnected", "failed"].includes(pc.connectionState)) return;
    this.#brokenSince ??= Date.now();
    this.#on.state("shaky");
    const pause = pc.connectionState === "failed" ? 0 : SHAKY;
    this.#timers.shaky = setTimeout(() => this.#repair(), pause);
  }

  // Look for another way, with servers that take us still.
  async #repair() {
    const pc = this.#pc;
    if (!pc) return;
    try {
      const { servers, relay_only: isRelayed } = await this.#ice();
      if (pc !== this.#pc) return;
      pc.setConfiguration({
        ...pc.getConfiguration(),
        iceServers: servers,
        iceTransportPolicy: isRelayed ? "relay" : "all",
      });
      pc.restartIce();
    } catch {
      // Out of reach of the server, too: the next socket says hello.
    }
  }

  #watch() {
    if (this.isConnected) return;
    const broken = Date.now() - (this.#brokenSince ?? Date.now());
    if (broken > NO_ROUTE) this.#on.state("no-route");
    if (this.#other && broken > GIVE_UP && broken % GIVE_UP < HELLO_EVERY) this.#begin();
    else this.#tell({ hello: true });
  }

  // A new page load, as it were: both ends begin anew.
  #begin() {
    if (this.#stop.signal.aborted || Date.now() - this.#begunAt < PAUSE) return;
    this.#begunAt = Date.now();
    this.#id = newId();
    this.#tell({ hello: true });
    if (this.#other) this.#open().catch(() => {});
  }

  // --- how it goes -----------------------------------------------------------------------
  async #read() {
    if (!this.isConnected) return;
    const reading = this.#quality.read(await this.#pc.getStats());
    if (reading.isNewStep) await this.#step();
    this.#on.quality({ ...reading, isResting: this.#quality.isResting });
  }

  async #step() {
    const sender = this.#sender("video");
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    Object.assign(parameters.encodings[0], this.#quality.step);
    await sender.setParameters(parameters).catch(() => {});
  }

  // Where there is not enough for both, the sound goes first.
  #favourSound() {
    const sender = this.#sender("audio");
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    Object.assign(parameters.encodings[0], { priority: "high", networkPriority: "high" });
    sender.setParameters(parameters).catch(() => {});
  }
}
