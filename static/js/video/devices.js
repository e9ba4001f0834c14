// Cameras, microphones and speakers: asked for after a click, and never before.
import { say } from "../core/words.js";

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

// Why this browser can have no video call, in words; "" if it can.
export function whyNot() {
  if (!window.isSecureContext) return say("video-insecure");
  if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) return say("video-browser");
  return "";
}

export class DeviceError extends Error {}

// Return { stream, problem }: picture and sound, or what there is of them, and in words
// what is missing. Throw a DeviceError where there is neither.
export async function open({ camera, microphone } = {}) {
  const audio = { ...SOUND, ...exactly(microphone) };
  const video = { ...PICTURE, ...exactly(camera) };
  try {
    return { stream: await ask({ audio, video }), problem: "" };
  } catch (error) {
    if (!isPartial(error)) throw new DeviceError(why(error));
    return either(audio, video, error);
  }
}

async function either(audio, video, first) {
  try {
    return { stream: await ask({ audio }), problem: say("video-sound-only", { why: why(first) }) };
  } catch {
    // Perhaps there is a camera alone.
  }
  try {
    return { stream: await ask({ video }), problem: say("video-picture-only") };
  } catch {
    throw new DeviceError(why(first));
  }
}

// One track of a device; throw a DeviceError.
export async function openOne(kind, options) {
  const base = kind === "video" ? PICTURE : SOUND;
  try {
    const stream = await ask({ [kind]: { ...base, ...options } });
    return stream.getTracks()[0];
  } catch (error) {
    throw new DeviceError(why(error));
  }
}

// A screen, window or tab, picked anew each time; null where the person has picked none.
export async function openScreen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
    return stream.getVideoTracks()[0];
  } catch (error) {
    if (error.name === "NotAllowedError") return null;
    throw new DeviceError(why(error));
  }
}

export const canShareScreen = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

// Whether the browser gives the devices without asking the person again.
export async function isAllowed() {
  try {
    const names = ["camera", "microphone"];
    const asked = names.map((name) => navigator.permissions.query({ name }));
    return (await Promise.all(asked)).every(({ state }) => state === "granted");
  } catch {
    return false;
  }
}

// { videoinput: [{ id, label }], audioinput: [...], audiooutput: [...] }
export async function list() {
  const found = { videoinput: [], audioinput: [], audiooutput: [] };
  for (const { kind, deviceId, label } of await navigator.mediaDevices.enumerateDevices()) {
    const rows = found[kind];
    if (deviceId) rows?.push({ id: deviceId, label: label || say(`video-${kind}`, { n: rows.length + 1 }) });
  }
  return found;
}

// The camera that comes next in the list.
export async function cameraAfter(id) {
  const { videoinput: cameras } = await list();
  const place = cameras.findIndex((camera) => camera.id === id);
  return cameras[(place + 1) % cameras.length].id;
}

function ask(constraints) {
  return navigator.mediaDevices.getUserMedia(constraints);
}

function exactly(id) {
  return id ? { deviceId: { exact: id } } : {};
}

// Whether one of two devices may be the reason.
function isPartial({ name }) {
  return ["NotFoundError", "NotReadableError", "OverconstrainedError", "AbortError", "NotAllowedError"].includes(name);
}

function why({ name }) {
  const words = {
    NotFoundError: "video-no-device",
    OverconstrainedError: "video-no-device",
    NotAllowedError: "video-no-permission",
    SecurityError: "video-no-permission",
    NotReadableError: "video-in-use",
    AbortError: "video-in-use",
  };
  return say(words[name] ?? "video-device-failed");
}
