/* Errors: the summary gets focus, its links lead into the fields they name. */

import { find } from "../page.js";

const FIELD = "input:not([type=hidden]), select, textarea";

function focusErrors(from = document) {
  find("[data-errors]", from)?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(":is([data-errors], [data-lacks]) a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const inside = field.matches(FIELD) ? field : find(FIELD, field);
  (inside || field).focus();
});

document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));
focusErrors();
