/**
 * The way of answers to the server: the socket while it is live, else HTTP. A message that gets
 * no reply in time goes by HTTP once more; saving twice is harmless.
 */
import { ReconnectingSocket } from "./reconnecting_socket.js";

const REPLY_LIMIT_MS = 4000;

export class AnswerChannel {
  #socket;
  #waiting = new Map();
  #lastId = 0;
  #onReply;
  #onDeadline;
  #postByHttp;

  /**
   * @param {object} options
   * @param {string} options.path the socket's path
   * @param {(answers: object[]) => Promise<{status: number, body: object}>} options.postByHttp
   * @param {(reply: object, sentAt: number) => void} options.onReply told of every reply
   * @param {(message: object) => void} options.onDeadline told when the socket opens and when the
   *   deadline has moved
   */
  constructor({ path, postByHttp, onReply, onDeadline }) {
    this.#postByHttp = postByHttp;
    this.#onReply = onReply;
    this.#onDeadline = onDeadline;
    this.#socket = new ReconnectingSocket(path);
    this.#socket.addEventListener("message", ({ detail }) => this.#received(detail));
    this.#socket.addEventListener("state", () => {
      if (!this.isLive) this.#giveUp();
    });
    this.#socket.resume();
  }

  /** Send answers; resolves with the server's word on each. Rejects when there is no way. */
  async post(answers) {
    const reply = this.isLive ? await this.#postBySocket(answers) : null;
    if (reply === null) return this.#postByHttp(answers);
    return { status: reply.type === "saved" ? 200 : 503, body: reply };
  }

  #postBySocket(answers) {
    const id = ++this.#lastId;
    const sentAt = Date.now();
    if (!this.#socket.send({ id, answers })) return null;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, null), REPLY_LIMIT_MS);
      this.#waiting.set(id, { resolve, timer, sentAt });
    });
  }

  get isLive() {
    return this.#socket.state === "live";
  }

  #received(reply) {
    if (reply.deadline_ms) {
      this.#onDeadline(reply);
      return;
    }
    const sentAt = this.#waiting.get(reply.id)?.sentAt;
    if (sentAt && reply.server_now_ms) this.#onReply(reply, sentAt);
    this.#settle(reply.id, reply);
  }

  #giveUp() {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, null);
  }

  #settle(id, reply) {
    const entry = this.#waiting.get(id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.#waiting.delete(id);
    entry.resolve(reply);
  }
}
