/* *Save* rests while the review knows of no change, and wakes with the first touch. */

import { find } from "../page.js";

const resting = () => find("button[data-rests]");

function rest() {
  const save = resting();
  if (save) save.disabled = find("#change-count").dataset.changes === "0";
}

document.addEventListener("input", (event) => {
  const save = resting();
  if (save && event.target.form === save.form) save.disabled = false;
});

document.addEventListener("htmx:afterSettle", rest);
rest();
