// Moves the code that a slip's QR brought behind the # into the box, and out of the address.
const input = document.querySelector("[data-code-form] input[name=code]");
const code = decodeURIComponent(window.location.hash.slice(1));
if (input && code && /^[0-9A-Za-z-]{4,40}$/.test(code)) {
  input.value = code;
  history.replaceState(null, "", window.location.pathname);
  input.form.querySelector("button[type=submit]").focus();
}
