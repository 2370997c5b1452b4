// A box that ticks and clears all boxes of its form that have the name in data-tick-all.

document.addEventListener("change", ({ target }) => {
  if (!target.dataset.tickAll) return;
  const boxes = target.form.querySelectorAll(`[name="${target.dataset.tickAll}"]`);
  for (const box of boxes) box.checked = target.checked;
});
