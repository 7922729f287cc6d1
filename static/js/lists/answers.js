/* A review's sheet by keys: 1 keeps, 2 ends, 3 takes away the row that has the focus, or all that
   are ticked; n notes. After an answer the next row without one has the focus. */

import { find } from "../page.js";

const sheet = () => find("[data-sheet][data-open]");
const rows = () => [...document.querySelectorAll("[data-sheet] tbody tr")];
const ticked = () => find("[data-sheet] [data-tick]:checked");
const focused = () => rows().find((row) => row.contains(document.activeElement) || row.querySelector(":popover-open"));

function place() {
  if (!sheet()) return null;
  return ticked() ? find("#chosen") : focused() || find("[data-sheet] tr.open");
}

function answer(what) {
  const at = place();
  if (at) find(`[data-answer="${what}"]`, at)?.click();
}

function note() {
  const at = place();
  if (!at) return;
  const field = find("[data-note]", at);
  if (field) return field.focus();
  noting = true;
  find(".row-link", at).click();
}

let noting = false; // a panel opens, and its note is to have the focus

export const ANSWERS = {
  1: () => answer("keep"),
  2: () => answer("end"),
  3: () => answer("remove"),
  n: note,
};

/* Where one goes on: the next row without an answer, then one before it, then the next page. */
function onward(row) {
  const all = rows();
  const at = all.indexOf(row);
  const left = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find((one) => "unanswered" in one.dataset);
  const link = left ? find(".row-link", left) : find('.pages [rel="next"]') || (row && find(".row-link", row));
  link?.focus();
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".end-days") && event.newState === "open") find("button", event.target)?.focus();
}, true);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.matches("[data-sheet] td form")) return;
  const row = event.detail.elt.closest("tr");
  const menu = row.querySelector(":popover-open");
  if (!menu && !row.contains(document.activeElement)) return;
  menu?.hidePopover();
  delete row.dataset.unanswered; // it is being answered
  onward(row);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "panel" && noting) find("[data-panel-note]")?.focus();
  if (target.id === "panel") noting = false;
});

// A sheet that took long is hidden until it has settled.
document.addEventListener("htmx:afterSettle", (event) => {
  const { target, requestConfig } = event.detail;
  if (target.id === "sheet" && requestConfig.elt.matches(".answer-bar")) onward(null);
});

/* Answers given quickly come back in any order: older numbers never take the place of newer ones. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const asOf = (element) => Number(element?.dataset.asOf || 0);
  const { target, fragment } = event.detail;
  if (target.id === "progress" && asOf(fragment.firstElementChild) < asOf(target)) event.preventDefault();
});
