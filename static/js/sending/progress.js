/* While something is on its way: the line on top, the skeletons, the button that waits. */

import { find } from "../page.js";

const SLOW = 200, VERY_SLOW = 600; // milliseconds until the line on top, until skeletons
let waits = [];

document.addEventListener("htmx:beforeRequest", (event) => {
  waits.forEach(clearTimeout);
  waits = [
    setTimeout(() => find("#loading")?.classList.add("on"), SLOW),
    setTimeout(() => event.detail.target?.classList.add("waiting"), VERY_SLOW),
  ];
});

document.addEventListener("htmx:afterRequest", (event) => {
  waits.forEach(clearTimeout);
  find("#loading")?.classList.remove("on");
  event.detail.target?.classList.remove("waiting");
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

document.addEventListener("submit", (event) => {
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's cache is not being sent any more.
addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});
