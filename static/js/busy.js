// A form that was sent cannot be sent again by a second tap.
// Works on every POST form except those marked data-busy="off".
// The words come from data-busy-text on the button or the form.

const DEFAULT_TEXT = "Đang gửi…";
const held = new Map();

function hold(form, button) {
  form.dataset.sending = "true";
  if (!button) return;
  held.set(button, [...button.childNodes]);
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(button.dataset.busyText ?? form.dataset.busyText ?? DEFAULT_TEXT);
  // after the browser has read the form: a disabled button's name and value are not sent
  setTimeout(() => {
    if (held.has(button)) button.disabled = true;
  }, 0);
}

function release() {
  for (const [button, content] of held) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    button.replaceChildren(...content);
  }
  held.clear();
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  if (event.defaultPrevented || method.toLowerCase() !== "post" || form.dataset.busy === "off") return;
  if (form.matches("[hx-post], [hx-put], [hx-delete]") || form.target === "_blank") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  hold(form, event.submitter?.closest(".btn, .bar-button") ?? null);
});

// a page brought back from the back/forward cache still shows the state in which it was left
window.addEventListener("pageshow", (event) => {
  if (event.persisted) release();
});
