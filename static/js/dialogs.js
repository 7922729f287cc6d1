/* Confirmations: the page that asks opens as a dialog; without script it is a page. */

import { find } from "./page.js";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog") return;
  const dialog = event.detail.target;
  if (!dialog.open) dialog.showModal();
  find("[data-cancel]", dialog)?.focus();
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancel]");
  if (!cancel || !cancel.closest("dialog")) return;
  event.preventDefault();
  cancel.closest("dialog").close();
});
