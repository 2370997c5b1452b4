// At a shared device a page that the browser kept is never shown again as it was: it asks the server.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
