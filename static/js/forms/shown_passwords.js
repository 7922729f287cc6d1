/* Looking at a password while typing it; it is hidden again as it is sent. */

import { find } from "../page.js";

function show(button, shown) {
  const field = find(`#${button.dataset.shows}`);
  const words = button.textContent;
  if (button.getAttribute("aria-pressed") === String(shown)) return;
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", shown);
  button.textContent = button.dataset.hide;
  button.dataset.hide = words.trim();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-shows]")) show(button, false);
});
