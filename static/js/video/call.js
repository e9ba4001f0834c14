// One video call in this page: its window, what this person shows and says, and the
// connection to the other end.
import { setText, show, whileBusy } from "../core/dom.js";
import { onTick, minutes } from "../core/time.js";
import { say } from "../core/words.js";
import { canShareScreen, DeviceError, isAllowed, list } from "./devices.js";
import { Media } from "./media.js";
import { Meter } from "./meter.js";
import { Peer } from "./peer.js";
import { VideoWindow } from "./window.js";

const FRESH = 10 * 60_000; // milliseconds that servers must be valid for
const KINDS = { videoinput: "camera", audioinput: "microphone", audiooutput: "speaker" };

export class Call {
  #window;
  #media;
  #meter;
  #peer = null;
  #isPolite;
  #command;
  #send;
  #onEnd;
  #ice = null;
  #liveSince = null;
  #state = "";
  #stopTick = () => {};
  #stop = new AbortController();

  // `command()`: give the command that takes part in the call again, and resolve with
  // its `ice`. `send(data)`: a signal. `onEnd()`: this person ends it.
  constructor({ name, isPolite, command, send, onEnd }) {
    this.#isPolite = isPolite;
    this.#command = command;
    this.#send = send;
    this.#onEnd = onEnd;
    this.#media = new Media({ onChange: (kind, track) => this.#use(kind, track) });
    this.#window = new VideoWindow({ name, on: this.#actions });
    this.#meter = new Meter(this.#window.part("meter"));
    this.#window.offer("share", canShareScreen());
    this.#window.offer("pip", Boolean(document.pictureInPictureEnabled));
    const { signal } = this.#stop;
    navigator.mediaDevices.addEventListener("devicechange", () => this.#devicesChanged(), { signal });
  }

  // Ask for camera and microphone: somebody has clicked. Throw a DeviceError where there
  // is neither.
  async turnOn() {
    this.#window.focus();
    this.#window.say(say("video-asking"));
    this.#window.problem(await this.#media.start());
    this.#window.say("");
    await this.#listDevices();
  }

  // After a reload the devices come without a question, or with a click.
  async resume() {
    const isAllowedStill = await isAllowed();
    this.#window.offer("on", !isAllowedStill);
    if (isAllowedStill) await this.#actions.on();
  }

  get isBegun() {
    return this.#peer !== null;
  }

  ring() {
    this.#become("ringing");
  }

  // Both have said yes. `ice`: the answer's.
  begin(ice) {
    if (this.#peer) return;
    this.#ice = ice;
    this.#liveSince = Date.now();
    this.#peer = new Peer({
      isPolite: this.#isPolite,
      ice: () => this.#servers(),
      send: this.#send,
      on: {
        state: (name) => this.#become(name),
        quality: (reading) => this.#judge(reading),
        stream: (stream) => this.#play(stream),
        picture: (isThere) => show(this.#window.part("remote-off"), !isThere),
      },
    });
    this.#use("audio", this.#media.microphone);
    this.#use("video", this.#media.picture);
    this.#become("connecting");
    this.#peer.hello();
    this.#stopTick = onTick(() => this.#tick());
  }

  hear(data) {
    this.#peer?.hear(data);
  }

  // A new socket: the server has to know it.
  hello() {
    this.#peer?.hello();
  }

  problem(text) {
    this.#window.problem(text);
  }

  focus() {
    this.#window.focus();
  }

  close() {
    this.#stop.abort();
    this.#stopTick();
    this.#peer?.stop();
    this.#meter.stop();
    this.#media.stop();
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {});
    return this.#window.close();
  }

  // --- the buttons -------------------------------------------------------------------
  #actions = {
    end: (button) => whileBusy([button], () => this.#onEnd()),
    mute: () => {
      this.#media.mute();
      this.#draw();
    },
    camera: (button) => this.#try(button, () => this.#media.switchCamera()),
    turn: (button) => this.#try(button, () => this.#turnCamera()),
    share: (button) => this.#try(button, () => this.#media.share()),
    on: () => this.#try(this.#window.button("on"), () => this.#turnOnAgain()),
    sound: () => this.#startPlaying(),
    pip: () => this.#float(),
    devices: (button) => {
      const panel = this.#window.part("devices");
      show(panel, panel.hidden);
      button.setAttribute("aria-expanded", !panel.hidden);
    },
  };

  async #turnOnAgain() {
    this.#window.problem(await this.#media.start());
    this.#window.offer("on", false);
    await this.#listDevices();
  }

  async #turnCamera() {
    await this.#media.turnCamera();
    await this.#listDevices();
  }

  #try(button, work) {
    return whileBusy([button], async () => {
      this.#window.problem("");
      try {
        await work();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        this.#window.problem(error.message);
      }
      this.#draw();
    });
  }

  async #float() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.#window.part("remote").requestPictureInPicture();
    } catch {
      this.#window.problem(say("video-no-pip"));
    }
  }

  // --- what is shown -------------------------------------------------------------------
  #use(kind, track) {
    this.#peer?.use(kind, track);
    if (kind === "audio") this.#meter.listen(track);
    else this.#showOwn(track);
    this.#draw();
  }

  #showOwn(track) {
    const own = this.#window.part("own");
    own.srcObject = track ? new MediaStream([track]) : null;
    own.classList.toggle("video__own--mirrored", this.#media.isMirrored);
    show(this.#window.part("own-off"), !track);
  }

  #draw() {
    const { isMuted, isCameraOff, isSharing, camera, microphone } = this.#media;
    this.#window.press("mute", isMuted);
    this.#window.press("camera", isCameraOff);
    this.#window.press("share", isSharing);
    this.#window.offer("mute", microphone !== null);
    this.#window.offer("camera", camera !== null || isCameraOff);
    show(this.#window.part("meter-box"), microphone !== null);
  }

  #play(stream) {
    const remote = this.#window.part("remote");
    if (remote.srcObject !== stream) remote.srcObject = stream;
    this.#startPlaying();
  }

  // Browsers keep a page silent in which nobody has clicked since it was loaded.
  async #startPlaying() {
    try {
      await this.#window.part("remote").play();
      this.#window.offer("sound", false);
    } catch (error) {
      this.#window.offer("sound", error.name === "NotAllowedError");
    }
  }

  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#window.element.dataset.state = state;
    this.#window.say(say(`video-${state}`));
    if (state !== "connected") this.#window.warn("");
    if (state === "connected") this.#window.problem("");
    if (state === "no-route") this.#window.problem(say("video-no-route-help"));
  }

  #judge({ level, isResting }) {
    if (this.#state !== "connected") return;
    this.#window.element.dataset.quality = level;
    this.#window.warn(isResting ? say("video-resting") : level === "good" ? "" : say(`video-${level}`));
  }

  #tick() {
    setText(this.#window.part("timer"), minutes(Date.now() - this.#liveSince));
  }

  // --- devices -----------------------------------------------------------------------
  async #devicesChanged() {
    await this.#try(this.#window.button("devices"), () => this.#media.recover());
    await this.#listDevices();
  }

  async #listDevices() {
    const found = await list();
    for (const [kind, name] of Object.entries(KINDS)) {
      const select = this.#window.part(name);
      const canChoose = kind !== "audiooutput" || "setSinkId" in HTMLMediaElement.prototype;
      this.#fill(select, found[kind], this.#current(kind));
      show(this.#window.part(`${name}-field`), canChoose && found[kind].length > 0);
      select.onchange = () => this.#choose(kind, select.value);
    }
    const isPhone = matchMedia("(pointer: coarse)").matches;
    this.#window.offer("turn", isPhone && found.videoinput.length > 1);
    this.#draw();
  }

  #current(kind) {
    const track = { videoinput: this.#media.camera, audioinput: this.#media.microphone }[kind];
    return track?.getSettings().deviceId ?? this.#window.part("remote").sinkId;
  }

  #fill(select, rows, current) {
    select.replaceChildren(...rows.map(({ id, label }) => new Option(label, id, false, id === current)));
  }

  #choose(kind, id) {
    return this.#try(this.#window.button("devices"), async () => {
      if (kind === "audiooutput") await this.#window.part("remote").setSinkId(id);
      else await this.#media.choose(kind, id);
    });
  }

  // --- the servers -----------------------------------------------------------------------
  async #servers() {
    if (Date.parse(this.#ice.expires_at) - Date.now() < FRESH) this.#ice = await this.#command();
    return this.#ice;
  }
}
