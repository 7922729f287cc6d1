/* Unsaved input is kept in this tab for the same person on the same page. */

import { find, here } from "../page.js";
import "../sending/once.js"; // stops what is sent twice before it gets here
import { begun } from "../session/signed_in.js";
import { inputOf, isLaterStep, nameOf, posted, stepOf } from "./fields.js";

const KEPT = "kept:";
const drawnAt = Date.now();
const drawn = new WeakMap(); // forms as they came from the server
const faulty = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400; // holds what was typed

function noteForms() {
  for (const form of posted().filter((one) => !drawn.has(one))) {
    drawn.set(form, faulty || isLaterStep(form) ? "" : JSON.stringify(inputOf(form)));
  }
}

const keyOf = (form) => `${KEPT}${here()} ${nameOf(form)}`;

export function isTouched(form) {
  const fields = inputOf(form);
  return Boolean(fields.length) && JSON.stringify(fields) !== drawn.get(form);
}

/* Keeps what stands in a form: `sent` if it went to the server, `left` if one went away from it. */
export function keepForm(form, { sent = false, left = false } = {}) {
  if (!isTouched(form)) return false;
  const draft = { person: begun.person, drawnAt, form: nameOf(form), step: stepOf(form), page: here(), fields: inputOf(form), sent, left };
  sessionStorage.setItem(keyOf(form), JSON.stringify(draft));
  return true;
}

export const dropForm = (form) => sessionStorage.removeItem(keyOf(form));

let allKept = false;
export const isAllKept = () => allKept;

/* Keeps what was typed in every form; returns in how many there was something. */
export function keepInput() {
  allKept = true;
  return posted().filter((form) => keepForm(form)).length;
}

export const draftKeys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));

// A form that is sent may meet a session that has ended: its input is kept until the next page shows.
document.addEventListener("submit", (event) => {
  if (begun && !event.defaultPrevented && posted().includes(event.target)) keepForm(event.target, { sent: true });
});

function sortDrafts() {
  const between = find("[data-between]"); // one proves who one is, and goes on
  for (const key of draftKeys()) {
    const draft = JSON.parse(sessionStorage.getItem(key));
    const left = Number(localStorage.getItem(`signed-out:${draft.person}`)) >= draft.drawnAt;
    const foreign = begun && draft.person !== begun.person;
    if (left || foreign || (draft.sent && begun && !between)) sessionStorage.removeItem(key);
    else if (draft.sent && between) sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false }));
  }
}

document.addEventListener("htmx:afterSwap", noteForms);
noteForms();
sortDrafts();
