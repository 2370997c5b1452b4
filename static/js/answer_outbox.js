/**
 * Choices on their way to the server. A choice stays here, and in the browser's storage, until the
 * server has acknowledged that it is stored: a reload, a closed tab or a dead battery lose nothing.
 */
const RETRY_FIRST_MS = 800;
const RETRY_LONGEST_MS = 8000;

export class AnswerOutbox extends EventTarget {
  #key;
  #pending;
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

  /** The unacknowledged choice of a question, if there is one. */
  pending(position) {
    return this.#pending.get(position);
  }

  get size() {
    return this.#pending.size;
  }

  /** Keep a choice and send it. Numbers grow with time, also across devices. */
  put(position, response) {
    this.#newestNumber = Math.max(this.#newestNumber + 1, Math.round(this.#now()));
    this.#pending.set(position, { response, number: this.#newestNumber });
    this.#write();
    this.send();
  }

  /** Drop a choice that the server has outlived with a newer one. */
  discard(position) {
    this.#pending.delete(position);
    this.#write();
  }

  /** Send what is pending; resolves when the queue is empty or the attempt to send has failed. */
  send() {
    clearTimeout(this.#retryTimer);
    this.#sending ??= this.#drain().finally(() => (this.#sending = null));
    return this.#sending;
  }

  /** Forget everything: the attempt is closed. */
  clear() {
    clearTimeout(this.#retryTimer);
    this.#pending.clear();
    this.#write();
  }

  async #drain() {
    while (this.#pending.size > 0) {
      this.#become("saving");
      const batch = [...this.#pending].map(([position, item]) => ({ position, ...item }));
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
    if (this.state === "saving") this.#become("saved");
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
      // storage is full or forbidden: the choices still live in this page and are sent from it
    }
  }
}
