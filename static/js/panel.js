/* Panels: focus goes in when one opens and back when it closes; the row it is about is marked. */

import { find } from "./page.js";

let opener = null; // the id of the link that opened it

function closePanel() {
  const close = find(".panel:not([hidden]) .close");
  if (close) close.click();
}

/* Closes the panel and goes back to where it was opened. */
export function leavePanel() {
  closePanel();
  if (opener) find(`#${CSS.escape(opener)}`)?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.row-link, a.every, .way input");
  if (link) opener = link.id;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = find(`#${CSS.escape(event.detail.target.id)}`);
  if (!target) return;
  if (target.id === "panel") {
    markOpenRow();
    const heading = find("[data-heading]", target);
    if (heading && !target.hidden && event.detail.requestConfig.elt.matches(".row-link")) heading.focus();
  }
  const spoken = find("[data-said]", target) || target;
  if (spoken.dataset && spoken.dataset.said) find("#said").textContent = spoken.dataset.said;
});

// What was replaced, or closed by its own link, has taken the focus along; a list that took long is
// hidden until it has settled.
document.addEventListener("htmx:afterSettle", () => {
  if (opener && document.activeElement === document.body) find(`#${CSS.escape(opener)}`)?.focus();
});

function markOpenRow() {
  for (const row of document.querySelectorAll(":is(tr, .event).open")) row.classList.remove("open");
  const links = [...document.querySelectorAll("a.row-link")];
  const link = links.find((one) => one.pathname === location.pathname);
  if (link) link.closest("tr, .event").classList.add("open");
}

document.addEventListener("htmx:pushedIntoHistory", markOpenRow);
