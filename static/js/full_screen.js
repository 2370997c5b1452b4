/** A screen in a hall: full screen with F, awake, and without a pointer that nobody moves. */
const POINTER_MS = 4000;

const button = document.querySelector("[data-full-screen]");

function toggle() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // refused, or the page is hidden: asked again when it is seen
  }
}

if (document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", toggle);
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
  });
}

let hiding = 0;
addEventListener("pointermove", () => {
  document.body.classList.remove("is-idle");
  clearTimeout(hiding);
  hiding = setTimeout(() => document.body.classList.add("is-idle"), POINTER_MS);
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") stayAwake();
});
stayAwake();
