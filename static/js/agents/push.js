// Offers that are pushed to this browser while its desk is not seen: by the person's
// choice, and for nobody else who signs in here.
import * as store from "../core/store.js";
import { say } from "../core/words.js";

const WORKER = "/desk/push.js";

export class Push {
  #api;
  #key;
  #publicKey;
  #onChange;

  // `onChange(isOn)`: whether offers are pushed here. `onOpen(contact)`: one was tapped.
  constructor({ api, person, publicKey, onChange, onOpen }) {
    this.#api = api;
    this.#key = `desk.push.${person}`;
    this.#publicKey = publicKey;
    this.#onChange = onChange;
    if (!this.isPossible) return;
    navigator.serviceWorker.addEventListener("message", ({ data }) => data?.open && onOpen(data.open));
  }

  get isPossible() {
    return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  }

  // The server forgets at a sign-out, and browsers change their addresses.
  async start() {
    if (!this.isPossible) return;
    const isOn = this.#isWanted && Notification.permission === "granted";
    this.#onChange(isOn);
    if (isOn) await this.#subscribe().catch(() => this.#onChange(false));
  }

  // By a click: only then a browser may be asked. Return whether it is on now.
  async toggle() {
    if (this.#isWanted && Notification.permission === "granted") await this.#end();
    else await this.#begin();
  }

  get #isWanted() {
    return store.read(this.#key) === true;
  }

  async #begin() {
    if ((await Notification.requestPermission()) !== "granted") throw new Blocked();
    await this.#subscribe();
    store.write(this.#key, true);
    this.#onChange(true);
  }

  async #end() {
    store.remove(this.#key);
    this.#onChange(false);
    const registration = await navigator.serviceWorker.getRegistration(WORKER);
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return;
    await this.#api.post("me/push/end/", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }

  async #subscribe() {
    await navigator.serviceWorker.register(WORKER, { scope: "/desk/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    const { endpoint, keys } = (await this.#subscription(pushManager)).toJSON();
    await this.#api.post("me/push/", { endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }

  // One made with another key of the server cannot be used any more.
  async #subscription(pushManager) {
    const applicationServerKey = bytes(this.#publicKey);
    const before = await pushManager.getSubscription();
    if (before && isSame(before.options.applicationServerKey, applicationServerKey)) return before;
    await before?.unsubscribe();
    try {
      return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    } catch {
      throw new Blocked();
    }
  }
}

// The person, or the browser, does not let us.
class Blocked extends Error {
  get detail() {
    return say("push-blocked");
  }
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function isSame(buffer, expected) {
  const found = new Uint8Array(buffer ?? []);
  return found.length === expected.length && found.every((byte, at) => byte === expected[at]);
}
