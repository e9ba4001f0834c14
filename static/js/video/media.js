// What this person shows and says: camera or screen, and microphone, switched on and off.
import { cameraAfter, DeviceError, open, openOne, openScreen } from "./devices.js";

export class Media {
  #camera = null;
  #microphone = null;
  #screen = null;
  #isMuted = false;
  #isCameraOff = false;
  #facing = "user";
  #isOver = false;
  #onChange;

  // `onChange(kind, track)`: another track is to be sent; null for none.
  constructor({ onChange }) {
    this.#onChange = onChange;
  }

  get isMuted() {
    return this.#isMuted;
  }

  get isCameraOff() {
    return this.#isCameraOff;
  }

  get isSharing() {
    return this.#screen !== null;
  }

  get camera() {
    return this.#camera;
  }

  get microphone() {
    return this.#microphone;
  }

  get isMirrored() {
    return !this.isSharing && this.#facing === "user";
  }

  // What is seen of this person; null for nothing.
  get picture() {
    return this.#screen ?? (this.#isCameraOff ? null : this.#camera);
  }

  // Return in words what is missing; throw a DeviceError where nothing is there.
  async start() {
    const { stream, problem } = await open();
    this.#camera = this.#kept(stream.getVideoTracks()[0] ?? null);
    this.#microphone = this.#kept(stream.getAudioTracks()[0] ?? null);
    this.#tell();
    return problem;
  }

  stop() {
    this.#isOver = true;
    for (const track of [this.#camera, this.#microphone, this.#screen]) track?.stop();
    this.#camera = this.#microphone = this.#screen = null;
  }

  mute() {
    this.#isMuted = !this.#isMuted;
    if (this.#microphone) this.#microphone.enabled = !this.#isMuted;
  }

  // Off means off: the light of the camera goes out.
  async switchCamera() {
    if (this.#isCameraOff) this.#camera = await this.#one("video", { facingMode: this.#facing });
    else this.#drop();
    this.#isCameraOff = !this.#isCameraOff;
    this.#tell();
  }

  // From the one side of a phone to the other; to the next one where they have no sides.
  async turnCamera() {
    const { deviceId, facingMode } = this.#camera?.getSettings() ?? {};
    if (deviceId && !facingMode) return this.choose("videoinput", await cameraAfter(deviceId));
    const facing = this.#facing === "user" ? "environment" : "user";
    await this.#replaceCamera({ facingMode: { exact: facing } });
    this.#facing = facing;
    this.#tell();
  }

  async choose(kind, id) {
    const options = { deviceId: { exact: id } };
    if (kind === "videoinput") await this.#replaceCamera(options);
    if (kind === "audioinput") await this.#replaceMicrophone(options);
    this.#tell();
  }

  // A device was taken out, or put in: go on with another one.
  async recover() {
    if (this.#microphone?.readyState === "ended") await this.#replaceMicrophone({});
    if (this.#camera?.readyState === "ended" && !this.#isCameraOff) await this.#replaceCamera({});
    this.#tell();
  }

  async share() {
    if (this.#screen) return this.#unshare();
    this.#screen = this.#kept(await openScreen());
    this.#screen?.addEventListener("ended", () => this.#unshare());
    if (this.#screen) this.#screen.contentHint = "detail";
    this.#tell();
  }

  #unshare() {
    this.#screen?.stop();
    this.#screen = null;
    this.#tell();
  }

  // Some systems give one camera at a time: the old one goes first, and comes back where
  // the new one cannot be had.
  async #replaceCamera(options) {
    const { deviceId } = this.#camera?.getSettings() ?? {};
    this.#drop();
    try {
      this.#camera = await this.#one("video", options);
      this.#isCameraOff = false;
    } catch (error) {
      if (deviceId) this.#camera = await this.#one("video", { deviceId }).catch(() => null);
      if (error instanceof DeviceError) this.#tell();
      throw error;
    }
  }

  async #replaceMicrophone(options) {
    const track = await this.#one("audio", options);
    this.#microphone?.stop();
    this.#microphone = track;
    if (track) track.enabled = !this.#isMuted;
  }

  async #one(kind, options) {
    return this.#kept(await openOne(kind, options));
  }

  // The call may have ended while the browser asked: then nothing stays on.
  #kept(track) {
    if (!this.#isOver) return track;
    track?.stop();
    return null;
  }

  #drop() {
    this.#camera?.stop();
    this.#camera = null;
  }

  #tell() {
    if (this.#isOver) return;
    this.#onChange("audio", this.#microphone);
    this.#onChange("video", this.picture);
  }
}
