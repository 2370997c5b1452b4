// <time data-countdown="ISO instant" data-server-now="ISO instant"> counts down by the server's clock.
// Its text becomes "2 ngày 03:04:05", or, if it holds [data-part] elements, these are filled.
// At the end it fires "countdown:end" (bubbles) and, with data-ended-text, shows that text.
// The elapsed time is read from performance.now(): moving the device's clock changes nothing.

const SECOND = 1000;
const MARKS = [86_400, 3_600, 600, 300, 60]; // seconds left at which a screen reader is told

const pad = (number) => String(number).padStart(2, "0");

function split(seconds) {
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3_600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

function asText(seconds, words) {
  const { days, hours, minutes, seconds: rest } = split(seconds);
  const clock = `${pad(hours)}:${pad(minutes)}:${pad(rest)}`;
  return days ? `${days} ${words.days} ${clock}` : clock;
}

function inWords(seconds, words) {
  if (seconds >= 86_400) return `${Math.round(seconds / 86_400)} ${words.days}`;
  if (seconds >= 3_600) return `${Math.round(seconds / 3_600)} ${words.hours}`;
  return `${Math.round(seconds / 60)} ${words.minutes}`;
}

function start(element) {
  if (element.dataset.counting) return;
  const until = Date.parse(element.dataset.countdown);
  if (Number.isNaN(until)) return;
  element.dataset.counting = "true";
  const serverNow = Date.parse(element.dataset.serverNow ?? "") || Date.now();
  const origin = performance.now();
  const words = {
    days: element.dataset.wordDays ?? "ngày",
    hours: element.dataset.wordHours ?? "giờ",
    minutes: element.dataset.wordMinutes ?? "phút",
  };
  const parts = new Map([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const live = document.createElement("span");
  live.className = "visually-hidden";
  live.setAttribute("role", "status");
  element.after(live);
  element.querySelector(".countdown-plain")?.setAttribute("hidden", "");
  for (const cell of element.querySelectorAll(".countdown-cell")) cell.hidden = false;

  let before = Infinity;
  const tick = () => {
    if (!element.isConnected) {
      live.remove();
      return;
    }
    const leftMs = Math.max(0, until - serverNow - (performance.now() - origin));
    const left = Math.ceil(leftMs / SECOND);
    if (parts.size) {
      const values = split(left);
      for (const [name, part] of parts) part.textContent = name === "days" ? values.days : pad(values[name]);
    } else {
      element.textContent = asText(left, words);
    }
    const mark = MARKS.find((seconds) => left <= seconds && before > seconds);
    if (mark && before !== Infinity) {
      live.textContent = `${element.dataset.label ?? ""} ${inWords(left, words)}`.trim();
    }
    before = left;
    if (left > 0) {
      setTimeout(tick, leftMs % SECOND || SECOND);
      return;
    }
    if (element.dataset.endedText) {
      element.textContent = element.dataset.endedText;
      live.textContent = element.dataset.endedText;
    }
    element.dispatchEvent(new CustomEvent("countdown:end", { bubbles: true }));
  };
  tick();
}

const startAll = (root) => root.querySelectorAll("[data-countdown]").forEach(start);
startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.target));
