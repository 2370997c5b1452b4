/** The leaders on the big screen, following the board's socket. */
import "./full_screen.js";
import { ReconnectingSocket } from "./reconnecting_socket.js";

const MOVE_MS = 900;
const MARK_MS = 6000; // how long a move stays marked
const CHECK_MS = 60_000; // a message may have been lost
const LEAST_SPREAD_MS = 150;

const board = document.querySelector("[data-hall-board]");
const list = board.querySelector("[data-rows]");
const pattern = document.querySelector("[data-pattern]").content.querySelector("li");
const limit = Number(board.dataset.limit);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const socket = new ReconnectingSocket(board.dataset.socketPath);
let shown = list === null ? 0 : -1; // a hidden board is of version 0
let asking = 0;

socket.addEventListener("message", ({ detail: message }) => {
  if (message.type === "snapshot") show(message);
  else if (message.type === "hidden") return;
  else if (message.version !== shown) askSoon(message.spread_ms ?? LEAST_SPREAD_MS);
});

socket.addEventListener("state", () => {
  const line = document.querySelector("[data-link-state]");
  line.dataset.state = { live: "live", connecting: "connecting" }[socket.state] ?? "off";
});

function askSoon(spreadMs) {
  clearTimeout(asking);
  asking = setTimeout(ask, Math.random() * spreadMs);
}

function ask() {
  // what was revealed or released since the page was made needs the page itself
  if (list === null) location.reload();
  else socket.send({ type: "snapshot", view: "individuals", division: null, page: 1 });
}

function show(snapshot) {
  if (snapshot.version === shown) return;
  const isFirst = shown === -1;
  shown = snapshot.version;
  const before = positions();
  const rows = snapshot.rows.slice(0, limit).map((values) => {
    const cells = Object.fromEntries(snapshot.columns.map((name, at) => [name, values[at]]));
    return filled(before.get(cells.key)?.row ?? pattern.cloneNode(true), cells);
  });
  list.replaceChildren(...rows);
  board.querySelector("[data-empty]").hidden = rows.length > 0;
  for (const figure of document.querySelectorAll("[data-figure]")) {
    figure.textContent = snapshot[figure.dataset.figure];
  }
  if (!isFirst) for (const row of rows) move(row, before.get(row.dataset.key));
}

function filled(row, cells) {
  row.dataset.key = cells.key;
  row.dataset.rank = cells.place;
  for (const name of ["place", "name", "unit", "score", "time"]) {
    row.querySelector(`[data-slot=${name}]`).textContent = cells[name];
  }
  return row;
}

function positions() {
  const found = new Map();
  for (const row of list.querySelectorAll(".hall-row")) {
    found.set(row.dataset.key, { row, top: row.offsetTop, place: Number(row.dataset.rank) });
  }
  return found;
}

/** Let the hall see who rose and who fell. */
function move(row, before) {
  const place = Number(row.dataset.rank);
  const rose = before ? before.place - place : 1;
  if (rose === 0) return;
  const mark = row.querySelector("[data-slot=move]");
  const word = rose > 0 ? board.dataset.up : board.dataset.down;
  mark.dataset.direction = rose > 0 ? "up" : "down";
  mark.setAttribute("aria-label", `${word} ${Math.abs(rose)}`);
  mark.textContent = before ? Math.abs(rose) : "";
  setTimeout(() => {
    delete mark.dataset.direction;
    mark.textContent = "";
  }, MARK_MS);
  if (calm.matches) return;
  const from = before ? `translateY(${before.top - row.offsetTop}px)` : "translateX(4rem)";
  row.animate([{ transform: from, opacity: before ? 1 : 0 }, { transform: "none", opacity: 1 }], {
    duration: MOVE_MS,
    easing: "cubic-bezier(0.2, 0.8, 0.2, 1)",
  });
}

setInterval(ask, CHECK_MS);
document.addEventListener("countdown:end", () => setTimeout(() => location.reload(), 2000));
socket.resume();
