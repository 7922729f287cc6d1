/* Going away from changes that are not saved asks first; they are kept, and offered when one is back. */

import { find } from "../page.js";
import { begun } from "../session/signed_in.js";
import { dropForm, isAllKept, isTouched, keepForm } from "./kept.js";

let done = false; // sent, or dropped on purpose

const unsaved = () => {
  const form = find("form[data-asks]");
  return begun && !done && !isAllKept() && form && isTouched(form) ? form : null;
};

// Signing out drops what was typed, here as everywhere.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.matches('form[data-asks], [action$="/logout/"]')) done = true;
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-discard]") && find("form[data-asks]");
  if (!form) return;
  done = true;
  dropForm(form);
});

addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

addEventListener("pagehide", () => {
  const form = unsaved();
  if (form) keepForm(form, { left: true });
});

// Back from where one went without the page being drawn anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) done = false;
});
