// Shows the parts of the editor that belong to the chosen kind of question, and saves on Ctrl+Enter.

const editor = document.querySelector("[data-editor]");
const kind = editor.elements.kind;

function showParts() {
  for (const part of editor.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  }
}

kind.addEventListener("change", showParts);
showParts();

editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    editor.querySelector("[data-save]").click();
  }
});

// htmx sends the form for the preview only; saving is an ordinary submission
editor.addEventListener("submit", (event) => event.stopPropagation(), { capture: true });
