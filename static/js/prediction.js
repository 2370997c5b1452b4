/**
 * The prediction below the last question: saved as it is typed. What is not acknowledged yet stays
 * on this device and is sent again; the form that hands the paper in carries it, too.
 */
const PAUSE_MS = 500;
const RETRY_MS = 4000;

const block = document.querySelector("[data-prediction]");
const input = block.querySelector("[data-prediction-box]");
const was = block.querySelector("[name=was_prediction]");
const saveState = block.querySelector("[data-prediction-state]");
const reason = block.querySelector("[data-prediction-refusal]");
const form = block.closest("form");
const csrfToken = form.querySelector("[name=csrfmiddlewaretoken]").value;
const key = `prediction:${form.dataset.code}`;
const clockOffset = Number(form.dataset.serverNow) - Date.now();
let newest = Number(block.dataset.number);
let pending = null; // { text, number } that the server has not acknowledged
let timer = 0;
let sending = false;

function keep(item) {
  pending = item;
  try {
    if (item) localStorage.setItem(key, JSON.stringify(item));
    else localStorage.removeItem(key);
  } catch {
    // storage is full or forbidden: the text still stands in the box
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function typed() {
  newest = Math.max(newest + 1, Math.round(Date.now() + clockOffset));
  keep({ text: input.value, number: newest });
  refuse("");
  become("saving");
  clearTimeout(timer);
  timer = setTimeout(send, PAUSE_MS);
}

async function send() {
  clearTimeout(timer);
  if (!pending || sending) return;
  const item = pending;
  sending = true;
  try {
    const answer = await fetch(block.dataset.saveUrl, {
      method: "POST",
      body: new URLSearchParams({ prediction: item.text, number: String(item.number) }),
      headers: { "X-CSRFToken": csrfToken },
      redirect: "error",
      keepalive: true,
      signal: AbortSignal.timeout(10_000),
    });
    settle(item, answer.status, await answer.json().catch(() => ({})));
  } catch {
    retry("offline");
  } finally {
    sending = false;
  }
  if (pending && pending !== item) send();
}

function settle(item, status, body) {
  if (status === 200) {
    newest = Math.max(newest, body.number);
    if (pending !== item) return; // typed on meanwhile
    keep(null);
    was.value = body.value;
    if (!body.current && document.activeElement !== input) input.value = body.value;
    become("saved");
  } else if (status === 422) {
    if (pending !== item) return;
    keep(null); // it makes no sense to send it again; the text stays in the box
    become("error");
    refuse(body.message);
  } else if (status === 409 || status === 404) {
    keep(null);
    become("error");
    refuse(body.message ?? "");
  } else if (status === 401 || status === 403) {
    become("error"); // the paper says that the sign-in is over; it is sent after the next one
  } else {
    retry("error");
  }
}

function retry(state) {
  become(state);
  timer = setTimeout(send, RETRY_MS * (0.75 + Math.random() / 2));
}

function become(state) {
  saveState.hidden = false;
  saveState.dataset.state = state;
}

function refuse(message) {
  reason.textContent = message;
  reason.parentElement.hidden = message === "";
  block.querySelector(".field").classList.toggle("has-error", message !== "");
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

input.addEventListener("input", typed);
input.addEventListener("change", send);
addEventListener("online", send);

const left = kept();
if (left && left.number > newest) {
  input.value = left.text;
  newest = left.number;
  keep(left);
  send();
} else {
  keep(null);
}
