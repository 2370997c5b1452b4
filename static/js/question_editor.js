// Shows the parts of the editor that belong to the chosen kind of question, as many options as are
// written and at least four, and saves on Ctrl+Enter.

const editor = document.querySelector("[data-editor]");
const kind = editor.elements.kind;

function showParts() {
  for (const part of editor.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  }
}

kind.addEventListener("change", showParts);
showParts();

const options = [...editor.querySelectorAll("[data-option]")];
const more = editor.querySelector("[data-more-options]");
const text = (option) => option.querySelector("input:not([type=checkbox])");
const FEWEST = 4;

function showOptions(wanted) {
  options.forEach((option, place) => {
    option.hidden = place >= wanted && !text(option).value;
  });
  more.hidden = options.every((option) => !option.hidden);
}

more.addEventListener("click", () => {
  const next = options.find((option) => option.hidden);
  showOptions(options.indexOf(next) + 1);
  text(next).focus();
});
const filled = options.reduce((last, option, place) => (text(option).value ? place + 1 : last), 0);
showOptions(Math.max(FEWEST, filled));

editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    editor.querySelector("[data-save]").click();
  }
});

// htmx sends the form for the preview only; saving is an ordinary submission
editor.addEventListener("submit", (event) => event.stopPropagation(), { capture: true });
