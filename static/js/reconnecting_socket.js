/**
 * A WebSocket that comes back by itself: exponential back-off with jitter, so that a thousand
 * pages do not knock at a restarted server in the same instant.
 *
 * Events: "state" (see `state`), and "message" with the decoded JSON in `detail`.
 */
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20000;
const STEADY_AFTER_MS = 5000; // a connection that held so long starts the back-off anew
const OPENING_LIMIT_MS = 8000;

export class ReconnectingSocket extends EventTarget {
  #url;
  #socket = null;
  #timer = 0;
  #failures = 0;
  #openedAt = 0;

  /** "connecting", "live", "paused", or "refused": the server said that asking again is no use. */
  state = "paused";

  /** @param {string} path a path of this site, such as "/ws/bang-xep-hang/cchc/" */
  constructor(path) {
    super();
    this.#url = new URL(path, location.href);
    this.#url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    addEventListener("online", () => this.#hurry());
  }

  /** How often in a row connecting has failed. */
  get failures() {
    return this.#failures;
  }

  /** Connect, unless connected or refused. */
  resume() {
    if (this.#socket === null && this.state !== "refused") {
      this.#connect();
    }
  }

  /** Hang up until `resume`. */
  pause() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    if (this.state !== "refused") {
      this.#become("paused");
    }
  }

  /** Send an object; false when there is no connection and nothing was sent. */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#become("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    // a network that swallows the handshake would keep us waiting for minutes
    this.#timer = setTimeout(() => socket.close(), OPENING_LIMIT_MS);
    socket.addEventListener("open", () => {
      clearTimeout(this.#timer);
      this.#openedAt = performance.now();
    });
    socket.addEventListener("message", (event) => this.#received(socket, event));
    socket.addEventListener("close", (event) => this.#closed(socket, event.code));
  }

  #received(socket, event) {
    if (socket !== this.#socket) {
      return;
    }
    this.#become("live"); // only what the server says proves that it will serve us
    this.dispatchEvent(new CustomEvent("message", { detail: JSON.parse(event.data) }));
  }

  #closed(socket, code) {
    if (socket !== this.#socket) {
      return; // we hung up ourselves
    }
    clearTimeout(this.#timer);
    this.#socket = null;
    if (code === 4400 || code === 4401 || code === 4404) {
      this.#become("refused");
      return;
    }
    const held = this.#openedAt > 0 && performance.now() - this.#openedAt > STEADY_AFTER_MS;
    this.#openedAt = 0;
    this.#failures = held ? 1 : this.#failures + 1;
    this.#become("connecting");
    this.#timer = setTimeout(() => this.#connect(), this.#delay());
  }

  #delay() {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    return ceiling * (0.5 + Math.random() / 2);
  }

  #hurry() {
    if (this.#socket === null && this.state === "connecting") {
      this.#connect();
    }
  }

  #become(state) {
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new Event("state"));
    }
  }
}
