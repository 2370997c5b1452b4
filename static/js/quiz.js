/**
 * The paper in a browser with JavaScript: one question at a time, every answer saved as it is
 * given, the server's clock, and an honest word on what is stored. Without it the form still works.
 */
import { AnswerBoxes, boxOf, positionOf } from "./answer_boxes.js";
import { AnswerChannel } from "./answer_channel.js";
import { AnswerOutbox } from "./answer_outbox.js";
import { ServerClock } from "./server_clock.js";

const form = document.querySelector("[data-paper]");
const questions = [...form.querySelectorAll("[data-question]")];
const gridButtons = [...document.querySelectorAll("[data-goto]")];
const answers = form.querySelector("[data-answers]");
const timer = document.querySelector("[data-timer]");
const saveStates = [...document.querySelectorAll("[data-save-state]")];
const announcer = document.querySelector("[data-announcer]");
const csrfToken = form.querySelector("[name=csrfmiddlewaretoken]").value;
const clock = new ServerClock(Number(form.dataset.serverNow));
let deadline = Number(form.dataset.deadline);
let current = 0;
let closing = false;
let confirmingEnd = false;

const channel = new AnswerChannel({
  path: form.dataset.socketPath,
  postByHttp: (answers) => exchange(form.dataset.saveUrl, { answers }),
  onReply: (reply, sentAt) => clock.measure(reply.server_now_ms, sentAt),
  onDeadline: (message) => moveDeadline(message.deadline_ms),
});

const outbox = new AnswerOutbox({
  code: form.dataset.code,
  newestNumber: Number(form.dataset.newestNumber),
  now: () => clock.now(),
  post: (answers) => channel.post(answers),
});

async function exchange(url, body) {
  const sentAt = Date.now();
  const answer = await fetch(url, {
    method: body ? "POST" : "GET",
    body: body && JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken },
    redirect: "error",
    keepalive: Boolean(body),
    signal: AbortSignal.timeout(10_000),
  });
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const content = isJson ? await answer.json() : {};
  if (content.server_now_ms) {
    clock.measure(content.server_now_ms, sentAt);
    moveDeadline(content.deadline_ms);
    if (content.phase === "over") leave();
  }
  return { ok: answer.ok, status: answer.status, body: content };
}

/** More time may be given while the paper is open. */
function moveDeadline(deadlineMs) {
  const isLater = deadlineMs > deadline;
  deadline = deadlineMs;
  if (!isLater) return;
  spoken = Infinity;
  announcer.textContent = form.dataset.moreTime;
  if (!closing && !confirmingEnd) answers.disabled = false;
}

// Answers --------------------------------------------------------------------------------------

const boxes = new AnswerBoxes({ questions, outbox, onChange: markAnswered });
const choicesOf = (question) => [...question.querySelectorAll(".choice input")];

function responseOf(question) {
  const box = boxOf(question);
  if (box) return box.value;
  return choicesOf(question)
    .filter((input) => input.checked)
    .map((input) => input.value)
    .sort()
    .join("");
}

const isAnswered = (question) => responseOf(question).trim() !== "" && !boxes.isRefused(question);

function show(question, response) {
  if (boxOf(question)) boxes.show(question, response);
  for (const input of choicesOf(question)) input.checked = response.includes(input.value);
  markAnswered(question);
}

function markAnswered(question) {
  const button = gridButtons.find((it) => it.dataset.goto === question.dataset.question);
  button.dataset.answered = isAnswered(question);
  button.querySelector("[data-answered-text]").hidden = !isAnswered(question);
  const count = questions.filter(isAnswered).length;
  for (const place of document.querySelectorAll("[data-answered-count]")) place.textContent = count;
}

function restorePending() {
  for (const question of questions) {
    const position = positionOf(question);
    const pending = outbox.pending(position);
    if (!pending) continue;
    if (pending.number > Number(question.dataset.number)) show(question, pending.response);
    else outbox.discard(position);
  }
  if (outbox.size > 0) outbox.send();
}

form.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (!question || boxOf(question)) return;
  markAnswered(question);
  outbox.put(positionOf(question), responseOf(question));
});

outbox.addEventListener("state", ({ detail }) => {
  for (const place of saveStates) {
    place.dataset.state = ["saved", "saving", "offline"].includes(detail.state) ? detail.state : "error";
  }
  document.querySelector("[data-signed-out]").hidden = detail.state !== "signed-out";
});
outbox.addEventListener("overtaken", ({ detail }) => {
  const question = questions.find((it) => positionOf(it) === detail.position);
  if (question && !outbox.pending(detail.position)) show(question, detail.response);
});
outbox.addEventListener("refused", ({ detail }) => {
  if (detail.code === "not_a_number" || detail.code === "too_long") return; // the box says so
  announcer.textContent = detail.message;
  if (detail.code === "already_submitted" || detail.code === "too_late") leave();
});

// One question at a time -------------------------------------------------------------------------

function goTo(index, { focus = true } = {}) {
  current = Math.max(0, Math.min(questions.length - 1, index));
  questions.forEach((question, place) => (question.hidden = place !== current));
  for (const button of gridButtons) {
    const isCurrent = button.dataset.goto === questions[current].dataset.question;
    if (isCurrent) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  form.querySelector("[data-previous]").disabled = current === 0;
  form.querySelector("[data-next]").hidden = current === questions.length - 1;
  form.querySelector("[data-finish]").hidden = current !== questions.length - 1;
  for (const it of form.querySelectorAll("[data-after-last]")) it.hidden = current !== questions.length - 1;
  if (!focus) return;
  questions[current].querySelector("[data-stem]").focus({ preventScroll: true });
  questions[current].scrollIntoView({ block: "start" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-goto], [data-previous], [data-next]");
  if (!button) return;
  if (button.dataset.goto) goTo(questions.findIndex((it) => it.dataset.question === button.dataset.goto));
  else goTo(current + ("next" in button.dataset ? 1 : -1));
});

// Page Up and Page Down turn to the neighbouring question, and Enter in a box to the next; the
// letters on the screen choose.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("[data-prediction-box]")) return;
  const isInBox = event.target.matches("[data-box]");
  if (isInBox && event.key === "Enter") {
    event.preventDefault(); // which would hand the paper in
    outbox.release(positionOf(questions[current]));
    goTo(current + 1);
  } else if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    goTo(current + (event.key === "PageDown" ? 1 : -1));
  } else if (!isInBox) {
    choicesOf(questions[current]).find((it) => it.value === event.key.toUpperCase())?.click();
  }
});

// Time -----------------------------------------------------------------------------------------

const LAST_CALLS = [300, 60, 30];
let spoken = Infinity;

let clocksApart = Date.now() - performance.now();

/** The device's clock was set, or the device slept: what was measured holds no longer. */
function watchDeviceClock() {
  const apart = Date.now() - performance.now();
  if (Math.abs(apart - clocksApart) < 1500) return;
  clocksApart = apart;
  resync();
}

function tick() {
  watchDeviceClock();
  const left = Math.max(0, Math.ceil((deadline - clock.now()) / 1000));
  const hours = Math.floor(left / 3600);
  const minutes = String(Math.floor(left / 60) % 60).padStart(2, "0");
  const seconds = String(left % 60).padStart(2, "0");
  timer.querySelector("[data-clock]").textContent =
    (hours ? `${hours}:` : "") + `${minutes}:${seconds}`;
  timer.dataset.state = left < 60 ? "critical" : left < 300 ? "low" : "normal";
  const call = LAST_CALLS.findLast((mark) => left <= mark) ?? Infinity;
  if (call < spoken) {
    spoken = call;
    announcer.textContent = form.dataset.lastCall.replace("00:00", `${minutes}:${seconds}`);
  }
  if (left === 0) finishForTime();
}

/** At zero by our reckoning the server has the last word: the device's clock may have jumped. */
async function finishForTime() {
  if (closing || confirmingEnd) return;
  confirmingEnd = true;
  answers.disabled = true;
  await outbox.release();
  while (!(await isServerThere())) await pause(2000);
  confirmingEnd = false;
  if (closing) return;
  if (clock.now() < deadline) {
    answers.disabled = false;
    return;
  }
  closing = true;
  announcer.textContent = form.dataset.timeOver;
  outbox.clear();
  submitForGood();
}

function submitForGood() {
  form.action = form.dataset.submitUrl;
  form.submit();
}

/** Navigating while offline would replace the paper with the browser's error page. */
async function isServerThere() {
  try {
    return (await exchange(form.dataset.clockUrl)).ok;
  } catch {
    return false;
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function leave() {
  if (closing) return;
  closing = true;
  outbox.clear();
  location.assign(form.dataset.submitUrl);
}

async function resync() {
  try {
    await exchange(form.dataset.clockUrl);
  } catch {
    // offline: the offset measured before still holds
  }
  if (outbox.size > 0) outbox.send();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") resync();
  else outbox.release();
});
addEventListener("online", resync);
setInterval(() => {
  if (!channel.isLive) resync(); // over the socket, every acknowledgement carries the time
}, 60_000);

// Submitting -------------------------------------------------------------------------------------

const dialog = document.querySelector("[data-submit-dialog]");

form.addEventListener("submit", (event) => {
  if (closing) return;
  event.preventDefault();
  outbox.release();
  const open = questions.filter((it) => !isAnswered(it)).map(positionOf);
  dialog.querySelector("[data-all-answered]").hidden = open.length > 0;
  dialog.querySelector("[data-some-open]").hidden = open.length === 0;
  dialog.querySelector("[data-open-list]").textContent = open.join(", ");
  const prediction = form.querySelector("[data-prediction-box]");
  if (prediction) dialog.querySelector("[data-no-prediction]").hidden = prediction.value.trim() !== "";
  dialog.querySelector("[data-unsaved]").hidden = true;
  dialog.showModal();
});

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "submit") return;
  dialog.returnValue = "";
  await outbox.release();
  if (closing) return;
  if (outbox.size > 0 || !(await isServerThere())) {
    dialog.querySelector("[data-unsaved]").hidden = false;
    dialog.showModal();
    return;
  }
  closing = true;
  submitForGood();
});

// Leaving with answers that the server has not acknowledged deserves a question.
addEventListener("beforeunload", (event) => {
  if (!closing && outbox.size > 0) event.preventDefault();
});

document.documentElement.classList.add("has-quiz-script");
for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
restorePending();
questions.forEach(markAnswered);
goTo(questions.findIndex((question) => !isAnswered(question)), { focus: false });
tick();
setInterval(tick, 250);
