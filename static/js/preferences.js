/* Preferences hold at once; the server draws the next page with them. */

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-preferences]");
  if (!form) return;
  const chosen = new FormData(form);
  const root = document.documentElement.dataset;
  root.theme = chosen.get("theme");
  root.density = chosen.get("density");
  root.keys = chosen.has("single_keys") ? "on" : "off";
});
