// JSON over /api/v1/. The desk uses the session, the customer a Bearer token
// (`new Api({ token })`).
//
//   const cards = await api.get("me/cards/");
//   await api.post(`contacts/${id}/accept/`);
//   -> the parsed answer, null for 202 and 204; throws ApiError for everything else.
const BASE = "/api/v1/";
const SAFE = new Set(["GET", "HEAD"]);
const PERSON = "X-Parley-Person";

export class ApiError extends Error {
  // status 0 and code "network": the server was not reached.
  constructor({ status, code, detail = "", errors = {}, challenge = null }) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors; // { field: [sentences] }
    this.challenge = challenge; // work that opens what is refused
  }
}

export class Api {
  #token;
  #person;
  #onStranger;

  // `person`: the id of whom the page shows; nothing is done as anybody else.
  // `onStranger()`: nobody, or another person, is signed in in this browser now.
  constructor({ token = null, person = null, onStranger = () => {} } = {}) {
    this.#token = token;
    this.#person = person;
    this.#onStranger = onStranger;
  }

  get(path) {
    return this.#json("GET", path);
  }

  post(path, body = {}) {
    return this.#json("POST", path, body);
  }

  put(path, body) {
    return this.#json("PUT", path, body);
  }

  // `options`: { keepalive: true } for what is to arrive though the page goes.
  patch(path, body, options) {
    return this.#json("PATCH", path, body, options);
  }

  delete(path) {
    return this.#json("DELETE", path);
  }

  // Return { blob, name } of a file.
  async download(path) {
    const response = await this.#fetch("GET", path);
    const disposition = response.headers.get("Content-Disposition") ?? "";
    const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? null;
    return { blob: await response.blob(), name };
  }

  // Send one file in; `onProgress` hears the share that is on its way (0-1).
  async upload(path, file, { signal, onProgress }) {
    const answer = await send(BASE + path, file, this.#identity("POST"), { signal, onProgress });
    if (this.#isStrange(answer)) this.#onStranger();
    if (answer.status === 201) return answer.body;
    throw refusal(answer.status, answer.body);
  }

  async #json(method, path, body, options) {
    const response = await this.#fetch(method, path, body, options);
    return [202, 204].includes(response.status) ? null : response.json();
  }

  async #fetch(method, path, body, options = {}) {
    const headers = this.#identity(method);
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await reach(BASE + path, {
      ...options,
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: this.#token ? "omit" : "same-origin",
    });
    if (this.#isStrange(response)) {
      this.#onStranger();
      throw await problem(response);
    }
    if (!response.ok) throw await problem(response);
    return response;
  }

  #isStrange({ status, headers }) {
    if (!this.#person) return false;
    return status === 401 || (headers.get(PERSON) ?? this.#person) !== this.#person;
  }

  #identity(method) {
    const headers = {
      Accept: "application/json, application/problem+json, */*",
      "Accept-Language": document.documentElement.lang, // of the page, not of the browser
    };
    if (this.#person) headers[PERSON] = this.#person;
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    else if (!SAFE.has(method)) headers["X-CSRFToken"] = cookie("csrftoken");
    return headers;
  }
}

// `fetch` does not tell how much of a body has been sent.
function send(address, file, headers, { signal, onProgress }) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const unreached = () => reject(new ApiError({ status: 0, code: "network" }));
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      const headers = { get: (name) => request.getResponseHeader(name) };
      resolve({ status: request.status, headers, body: request.response ?? {} });
    });
    request.addEventListener("error", unreached);
    request.addEventListener("abort", unreached);
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", address);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(form);
  });
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new ApiError({ status: 0, code: "network" });
  }
}

async function problem(response) {
  return refusal(response.status, await response.json().catch(() => ({})));
}

function refusal(status, body) {
  return new ApiError({
    status,
    code: body.code ?? "unknown",
    detail: body.detail ?? "",
    errors: body.errors ?? {},
    challenge: body.challenge ?? null,
  });
}

// Read anew for every request: a sign-in changes it.
export function cookie(name) {
  const found = document.cookie
    .split("; ")
    .find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
