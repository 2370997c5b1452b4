// A button beside every password box shows what was typed: on a phone a slip is made quickly and seen nowhere.
// Before the form is sent the box is hidden again, so that the browser's password manager recognises it.

const WORDS = {
  vi: { show: "Hiện", hide: "Ẩn", label: "Hiện mật khẩu" },
  en: { show: "Show", hide: "Hide", label: "Show password" },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.vi;

function addButton(input) {
  const box = document.createElement("div");
  box.className = "password-box";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "password-reveal";
  // aria-pressed carries the state, so the name stays the same
  button.setAttribute("aria-label", words.label);
  button.setAttribute("aria-controls", input.id);
  const reveal = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? words.hide : words.show;
  };
  reveal(false);
  button.addEventListener("click", () => reveal(input.type === "password"));
  input.form?.addEventListener("submit", () => reveal(false));
  input.autocapitalize = "none";
  input.spellcheck = false;
  input.before(box);
  box.append(input, button);
}

document.querySelectorAll(".field input[type=password]").forEach(addButton);
