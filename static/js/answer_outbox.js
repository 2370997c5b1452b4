/**
 * Answers on their way to the server. An answer stays here, and in the browser's storage, until the
 * server has acknowledged that it is stored: a reload, a closed tab or a dead battery lose nothing.
 */
const MOST_AT_ONCE = 25; // of the longest texts, 32 KiB hold so many
const RETRY_FIRST_MS = 800;
const RETRY_LONGEST_MS = 8000;

export class AnswerOutbox extends EventTarget {
  #key;
  #pending;
  #held = new Map(); // timers, by position: answers that are still being typed
  #newestNumber;
  #post;
  #now;
  #sending = null;
  #retryDelay = RETRY_FIRST_MS;
  #retryTimer = 0;
  state = "saved";

  /**
   * @param {object} options
   * @param {string} options.code the attempt's code
   * @param {number} options.newestNumber the highest number that the server holds
   * @param {() => number} options.now the server's time in milliseconds
   * @param {(answers: object[]) => Promise<{ok: boolean, status: number, body: object}>} options.post
   */
  constructor({ code, newestNumber, now, post }) {
    super();
    this.#key = `answers-${code}`;
    this.#newestNumber = newestNumber;
    this.#now = now;
    this.#post = post;
    this.#pending = new Map(Object.entries(this.#read()).map(([key, item]) => [Number(key), item]));
  }

  /** The unacknowledged answer to a question, if there is one. */
  pending(position) {
    return this.#pending.get(position);
  }

  get size() {
    return this.#pending.size;
  }

  /**
   * Keep an answer and send it: at once, or `pauseMs` after the last change of one that is being
   * typed. Numbers grow with time, also across devices.
   */
  put(position, response, { pauseMs = 0 } = {}) {
    this.#newestNumber = Math.max(this.#newestNumber + 1, Math.round(this.#now()));
    this.#pending.set(position, { response, number: this.#newestNumber });
    this.#write();
    if (pauseMs === 0) {
      this.release(position);
      return;
    }
    clearTimeout(this.#held.get(position));
    this.#held.set(position, setTimeout(() => this.release(position), pauseMs));
    if (this.state === "saved" || this.state === "refused") this.#become("saving");
  }

  /** Send what was held back, the answer to one question or all; resolves like `send`. */
  release(...positions) {
    for (const position of positions.length > 0 ? positions : [...this.#held.keys()]) {
      clearTimeout(this.#held.get(position));
      this.#held.delete(position);
    }
    return this.send();
  }

  /** Drop an answer that the server has outlived with a newer one. */
  discard(position) {
    this.#pending.delete(position);
    this.#write();
  }

  /**
   * Send what is pending and not held back; resolves when all of it is acknowledged or the attempt
   * to send has failed.
   */
  send() {
    clearTimeout(this.#retryTimer);
    this.#sending ??= this.#drain().finally(() => (this.#sending = null));
    return this.#sending;
  }

  /** Forget everything: the attempt is closed. */
  clear() {
    clearTimeout(this.#retryTimer);
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#pending.clear();
    this.#write();
  }

  async #drain() {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      this.#become("saving");
      let answer;
      try {
        answer = await this.#post(batch);
      } catch {
        return this.#retryLater("offline");
      }
      if (answer.status >= 500 || answer.status === 429) return this.#retryLater("error");
      if (answer.status === 401 || answer.status === 403) return this.#become("signed-out");
      if (!answer.body.saved) return this.#become("error");
      this.#retryDelay = RETRY_FIRST_MS;
      this.#settle(batch, answer.body);
    }
    if (this.state === "saving" && this.#pending.size === 0) this.#become("saved");
  }

  #nextBatch() {
    const ready = [...this.#pending].filter(([position]) => !this.#held.has(position));
    return ready.slice(0, MOST_AT_ONCE).map(([position, item]) => ({ position, ...item }));
  }

  #settle(batch, { saved, refused }) {
    const sent = new Map(batch.map((item) => [item.position, item]));
    for (const { position } of [...saved, ...refused]) {
      if (this.#pending.get(position)?.number === sent.get(position)?.number) {
        this.#pending.delete(position);
      }
    }
    this.#write();
    for (const item of saved) {
      this.#newestNumber = Math.max(this.#newestNumber, item.number);
      if (!item.current) this.#tell("overtaken", item);
    }
    for (const item of refused) this.#tell("refused", item);
    if (refused.length > 0) this.#become("refused");
  }

  #retryLater(state) {
    this.#become(state);
    this.#retryTimer = setTimeout(() => this.send(), this.#retryDelay * (0.75 + Math.random() / 2));
    this.#retryDelay = Math.min(this.#retryDelay * 2, RETRY_LONGEST_MS);
  }

  #become(state) {
    this.state = state;
    this.#tell("state", { state, size: this.size });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    } catch {
      return {};
    }
  }

  #write() {
    try {
      if (this.#pending.size === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#pending)));
    } catch {
      // storage is full or forbidden: the answers still live in this page and are sent from it
    }
  }
}
