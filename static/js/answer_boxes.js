/**
 * Answers that are typed. Each keystroke is kept at once; it is sent when the typing pauses or the
 * box is left. What the server cannot take stays in the box, with the reason above it.
 */
const PAUSE_MS = 500;

export class AnswerBoxes {
  #questions;
  #outbox;
  #onChange;
  #refusals = new Map(); // reasons, by position: what stands in the box is not saved
  #newer = new Map(); // texts from another device, by position, while somebody types here

  /**
   * @param {object} options
   * @param {Element[]} options.questions all questions of the paper
   * @param {AnswerOutbox} options.outbox
   * @param {(question: Element) => void} options.onChange told when a question's answer has changed
   */
  constructor({ questions, outbox, onChange }) {
    this.#questions = questions;
    this.#outbox = outbox;
    this.#onChange = onChange;
    for (const question of questions) {
      const box = boxOf(question);
      if (!box) continue;
      box.addEventListener("input", () => this.#typed(question));
      box.addEventListener("change", () => outbox.release(positionOf(question)));
      box.addEventListener("blur", () => this.#left(question));
    }
    outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
  }

  isRefused(question) {
    return this.#refusals.has(positionOf(question));
  }

  /** Show what is stored; a box that somebody is typing in waits until it is left. */
  show(question, text) {
    const box = boxOf(question);
    if (document.activeElement === box) {
      this.#newer.set(positionOf(question), text);
      return;
    }
    box.value = text;
    this.#forget(question);
  }

  #typed(question) {
    const position = positionOf(question);
    this.#forget(question);
    this.#outbox.put(position, boxOf(question).value, { pauseMs: PAUSE_MS });
    this.#onChange(question);
  }

  #left(question) {
    const position = positionOf(question);
    const newer = this.#newer.get(position);
    this.#newer.delete(position);
    if (newer !== undefined && !this.#outbox.pending(position)) {
      boxOf(question).value = newer;
      this.#forget(question);
      this.#onChange(question);
    }
    this.#tell(question);
    this.#outbox.release(position);
  }

  #refused({ position, message }) {
    const question = this.#questions.find((it) => positionOf(it) === position);
    if (!question || !boxOf(question) || this.#outbox.pending(position)) return;
    this.#refusals.set(position, message);
    if (document.activeElement !== boxOf(question)) this.#tell(question);
    this.#onChange(question);
  }

  /** While the text is being typed it need not make sense yet: the reason shows afterwards. */
  #tell(question) {
    const reason = this.#refusals.get(positionOf(question));
    if (reason !== undefined) showReason(question, reason);
  }

  #forget(question) {
    this.#refusals.delete(positionOf(question));
    this.#newer.delete(positionOf(question));
    showReason(question, "");
  }
}

export const positionOf = (question) => Number(question.dataset.question);
export const boxOf = (question) => question.querySelector("[data-box]");

function showReason(question, reason) {
  const place = question.querySelector("[data-refusal]");
  place.textContent = reason;
  place.parentElement.hidden = reason === "";
  place.closest(".field").classList.toggle("has-error", reason !== "");
  if (reason) boxOf(question).setAttribute("aria-invalid", "true");
  else boxOf(question).removeAttribute("aria-invalid");
}
