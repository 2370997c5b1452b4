/**
 * The live board. The page is complete without this; with it the rows move by themselves.
 *
 * The socket tells of new versions, and gives the rows of the part shown here. What rows alone
 * cannot tell (more pages, the first result, the reveal) is fetched as HTML, as is everything
 * while there is no socket: by polling with an ETag.
 */
import { ReconnectingSocket } from "./reconnecting_socket.js";

const POLL_MS = 10_000; // without a socket
const CHECK_MS = 60_000; // with one: a message may have been lost
const LEAST_SPREAD_MS = 150; // the server names a longer time to a large audience
const ANSWER_LIMIT_MS = 3_000;
const NEWS_MS = 10_000;
const OWN_MS = 5_000;
const MOVE_MS = 600;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

class LiveBoard {
  #box;
  #socket;
  #etag = "";
  #version = 0; // of what is shown
  #heardOf = 0; // the newest that was announced
  #asking = 0; // timer of the question to come, or of the answer outstanding
  #polling = 0;
  #fetching = null;
  #newsAt = 0;
  #ownAt = 0;
  #ownTimer = 0;

  constructor(box) {
    this.#box = box;
    this.#version = this.#shownVersion();
    this.#socket = new ReconnectingSocket(box.dataset.socket);
    this.#socket.addEventListener("message", (event) => this.#heard(event.detail));
    this.#socket.addEventListener("state", () => this.#showState());
    document.addEventListener("visibilitychange", () => this.#wakeOrRest());
    addEventListener("pageshow", (event) => event.persisted && this.#wakeOrRest());
    addEventListener("pagehide", () => this.#rest());
    this.#wakeOrRest();
  }

  // The line to the server ---------------------------------------------------------------------

  #wakeOrRest() {
    if (document.hidden) {
      this.#rest();
      return;
    }
    this.#socket.resume(); // its greeting brings the version: we catch up if it is another
    this.#pollLater();
  }

  #rest() {
    clearTimeout(this.#polling);
    clearTimeout(this.#asking);
    this.#asking = 0;
    this.#socket.pause();
  }

  #heard(message) {
    if (message.type === "snapshot") {
      this.#answered(message);
    } else if (message.type === "hidden") {
      this.#answered(null);
    } else if (message.version !== this.#version) {
      this.#heardOf = message.version;
      this.#askSoon(message.spread_ms ?? LEAST_SPREAD_MS);
    }
  }

  /** Not everybody in the same instant: the server says over which time. */
  #askSoon(spreadMs) {
    if (this.#asking === 0) {
      this.#asking = setTimeout(() => this.#ask(), Math.random() * spreadMs);
    }
  }

  #ask() {
    const { view, division, page } = this.#box.dataset;
    const canFill = this.#box.querySelector("[data-rows-body]") !== null;
    const question = { type: "snapshot", view, division: division || null, page: Number(page) };
    if (canFill && this.#socket.send(question)) {
      this.#asking = setTimeout(() => this.#answered(null), ANSWER_LIMIT_MS);
    } else {
      this.#answered(null);
    }
  }

  /** Show the answer; without a usable one fetch the HTML instead. */
  #answered(snapshot) {
    clearTimeout(this.#asking);
    this.#asking = 0;
    const part = this.#part();
    const fits =
      snapshot !== null &&
      snapshot.rows.length > 0 &&
      part?.querySelector("[data-rows-body]") &&
      snapshot.pages === Number(part.dataset.pages) &&
      snapshot.page === Number(part.dataset.page) &&
      snapshot.frozen === part.dataset.frozen; // a freeze begins or ends with a notice
    if (!fits) {
      this.#fetchPart();
      return;
    }
    if (snapshot.version !== this.#version) {
      this.#etag = "";
      this.#change(() => fillPart(part, snapshot, rowTemplate()));
    }
    if (snapshot.version < this.#heardOf) this.#askSoon(LEAST_SPREAD_MS); // heard of meanwhile
  }

  // Polling, and what the socket cannot tell -----------------------------------------------------

  #pollLater() {
    clearTimeout(this.#polling);
    const pause = this.#socket.state === "live" ? CHECK_MS : POLL_MS;
    this.#polling = setTimeout(
      () => this.#fetchPart().finally(() => this.#pollLater()),
      pause * (0.8 + Math.random() * 0.4),
    );
  }

  #fetchPart() {
    this.#fetching ??= this.#fetchPartNow().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #fetchPartNow() {
    try {
      const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
      const answer = await fetch(this.#box.dataset.part, { headers, cache: "no-store" });
      if (answer.status !== 200) {
        return;
      }
      this.#etag = answer.headers.get("ETag") ?? "";
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = html.querySelector("[data-board-part]");
      if (part !== null && Number(part.dataset.version) !== this.#version) {
        this.#change(() => this.#part().replaceWith(document.adoptNode(part)));
      }
    } catch {
      // no network: the next poll tries again
    }
  }

  // What is seen and heard -----------------------------------------------------------------------

  #part() {
    return this.#box.querySelector("[data-board-part]");
  }

  #shownVersion() {
    return Number(this.#part()?.dataset.version ?? 0);
  }

  /** Change the table by `swap`, and let people see what moved. */
  #change(swap) {
    const before = rowsOf(this.#box);
    swap();
    this.#version = this.#shownVersion();
    markOwn(this.#box);
    showMoves(before, rowsOf(this.#box));
    this.#tell();
    this.#refreshOwn();
  }

  #showState() {
    const shown = { live: "live", connecting: "connecting", refused: "off", paused: null };
    const state = shown[this.#socket.state];
    const line = document.querySelector("[data-link-state]");
    if (state !== null && line !== null) {
      line.dataset.state = state;
    }
    if (!document.hidden) {
      this.#pollLater();
    }
  }

  /** For screen readers: one sentence, at most every ten seconds. */
  #tell() {
    const now = performance.now();
    const place = document.querySelector("[data-board-news]");
    if (place === null || (this.#newsAt && now - this.#newsAt < NEWS_MS)) {
      return;
    }
    this.#newsAt = now;
    const { news, leader } = this.#box.dataset;
    const first = this.#box.querySelector('.board-row[data-rank="1"]');
    const name = first?.querySelector("[data-slot=name]")?.textContent;
    const score = first?.querySelector("[data-slot=score]")?.textContent;
    const rest = name ? leader.replace("{name}", name).replace("{score}", score) : "";
    place.textContent = `${news} ${rest}`.trim();
  }

  /** One's own place, at most every five seconds. */
  #refreshOwn() {
    const panel = document.querySelector("[data-board-own]");
    if (!panel?.firstElementChild || this.#ownTimer) {
      return; // nobody is signed in, or it is on its way
    }
    const wait = Math.max(0, this.#ownAt + OWN_MS - performance.now());
    this.#ownTimer = setTimeout(async () => {
      this.#ownTimer = 0;
      this.#ownAt = performance.now();
      try {
        const answer = await fetch(panel.dataset.part, { cache: "no-store" });
        if (answer.ok) {
          const html = new DOMParser().parseFromString(await answer.text(), "text/html");
          panel.replaceChildren(...html.body.children);
          markOwn(this.#box);
        }
      } catch {
        // no network: the next change tries again
      }
    }, wait);
  }
}

function rowTemplate() {
  return document.querySelector("[data-board-row]").content.querySelector("tr");
}

/** Rows by key: where they are on the screen, and at which place. */
function rowsOf(box) {
  const rows = new Map();
  for (const row of box.querySelectorAll(".board-row")) {
    const top = row.getBoundingClientRect().top;
    rows.set(row.dataset.key, { row, top, place: Number(row.dataset.rank) });
  }
  return rows;
}

/** Write a snapshot's rows and figures into the part that is shown. */
function fillPart(part, snapshot, template) {
  const body = part.querySelector("[data-rows-body]");
  const kept = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const rows = snapshot.rows.map((values) => {
    const cells = Object.fromEntries(snapshot.columns.map((name, at) => [name, values[at]]));
    return fillRow(kept.get(cells.key) ?? template.cloneNode(true), cells);
  });
  body.replaceChildren(...rows);
  for (const figure of part.querySelectorAll("[data-figure]")) {
    figure.textContent = snapshot[figure.dataset.figure];
  }
  const first = (snapshot.page - 1) * 50 + 1;
  part.querySelector("[data-rows]").textContent = `${first}–${first + rows.length - 1}`;
  part.querySelector("[data-count]").textContent = snapshot.count;
  part.querySelector("[data-updated]").textContent = snapshot.updated;
  part.dataset.version = snapshot.version;
}

function fillRow(row, cells) {
  row.dataset.key = cells.key;
  row.id = `r${cells.key}`; // where a search result leads
  row.dataset.rank = cells.place;
  for (const slot of row.querySelectorAll("[data-slot]")) {
    slot.textContent = cells[slot.dataset.slot];
  }
  const medal = row.querySelector(".medal");
  medal.className = cells.place <= 3 ? `medal medal--${cells.place}` : "medal";
  return row;
}

function markOwn(box) {
  const key = document.querySelector("[data-own-key]")?.dataset.ownKey;
  for (const row of box.querySelectorAll(".board-row")) {
    const isOwn = row.dataset.key === key;
    row.classList.toggle("is-me", isOwn);
    row.setAttribute("aria-current", String(isOwn));
  }
}

/** Rows glide from where they were (FLIP); arrows say by how many places; new ones light up. */
function showMoves(before, after) {
  for (const [key, { row, top, place }] of after) {
    row.querySelector(".move")?.remove();
    const old = before.get(key);
    if (old === undefined) {
      row.classList.add("is-new");
      continue;
    }
    row.classList.remove("is-new");
    showArrow(row, old.place - place);
    if (old.top !== top && !calm.matches) {
      const frames = [{ transform: `translateY(${old.top - top}px)` }, { transform: "none" }];
      row.animate(frames, { duration: MOVE_MS, easing: "cubic-bezier(.2,.7,.2,1)" });
    }
  }
}

function showArrow(row, places) {
  if (!places) {
    return;
  }
  const template = document.querySelector(places > 0 ? "[data-move-up]" : "[data-move-down]");
  const arrow = template.content.querySelector(".move").cloneNode(true);
  arrow.lastChild.textContent = Math.abs(places);
  row.querySelector(".board-rank").append(arrow);
}

const box = document.querySelector("[data-board]");
if (box !== null) {
  new LiveBoard(box);
}

// on a phone the tabs scroll: the round shown must be in sight
const tab = document.querySelector(".tabs [aria-current]");
tab?.parentElement.parentElement.scrollTo({ left: tab.offsetLeft - 48 });
