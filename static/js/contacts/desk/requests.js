// The dialogs in which an agent asks colleagues: for a conference, for a transfer.
// One is on the page while it is open.
import { clone } from "../../core/dom.js";
import { ConferenceRequest } from "./conference_request.js";
import { TransferRequest } from "./transfer_request.js";

export class Requests {
  #desk;
  #open = null;

  // `desk`: `me()`, who is at the desk; the rest as Request takes it.
  constructor(desk) {
    this.#desk = desk;
  }

  conference(card) {
    return this.#show(ConferenceRequest, clone("conference-request"), card);
  }

  transfer(card) {
    return this.#show(TransferRequest, clone("transfer-request"), card);
  }

  render(state) {
    this.#open?.render(state);
  }

  #show(Kind, dialog, card) {
    document.body.append(dialog);
    this.#open = new Kind({ dialog, ...this.#desk });
    return this.#open.open(card);
  }
}
