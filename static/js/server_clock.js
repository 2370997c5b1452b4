/**
 * The server's time, however wrong the device's clock is.
 *
 * The offset is measured from answers of the server: the measurement with the shortest way there
 * and back is kept, until the device's clock was changed or the page slept.
 */
export class ServerClock {
  #offset;
  #roundTrip = Infinity;

  /** @param {number} serverNow milliseconds, as the page was made */
  constructor(serverNow) {
    this.#offset = serverNow - Date.now();
  }

  /** Milliseconds since 1970 by the server's clock. */
  now() {
    return Date.now() + this.#offset;
  }

  /**
   * @param {number} serverNow milliseconds, read by the server while it answered
   * @param {number} sentAt Date.now() when the request left
   */
  measure(serverNow, sentAt) {
    const receivedAt = Date.now();
    const roundTrip = receivedAt - sentAt;
    const offset = serverNow - (sentAt + roundTrip / 2);
    const jumped = Math.abs(offset - this.#offset) > 2000 + roundTrip;
    if (roundTrip >= 0 && (roundTrip <= this.#roundTrip || jumped)) {
      this.#roundTrip = roundTrip;
      this.#offset = offset;
    }
  }
}
