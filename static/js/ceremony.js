/** Steps of the ceremony by key, without leaving full screen. */
import "./full_screen.js";

const KEYS = { " ": "next", Enter: "next", ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back" };

let underWay = false;

async function step(button) {
  if (underWay) return;
  underWay = true;
  const form = button.form;
  const sent = new FormData(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const stage = page.querySelector("[data-stage]");
    if (stage === null) throw new Error(`status ${answer.status}`);
    document.querySelector("[data-stage]").replaceChildren(...stage.childNodes);
  } catch {
    form.requestSubmit(button); // the browser's own way shows what is wrong
  } finally {
    underWay = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-next], [data-back]");
  if (!button) return;
  event.preventDefault();
  step(button);
});

addEventListener("keydown", (event) => {
  const way = KEYS[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-${way}]`);
  if (!button) return;
  event.preventDefault();
  step(button);
});
