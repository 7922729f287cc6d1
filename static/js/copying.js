/* Copying a text, a secret or a link; the button says that it is done. */

import { find } from "./page.js";

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // where the page is not served by https
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy); // or else it is an address
  await copy(source ? (source.value ?? source.textContent.trim()) : new URL(button.dataset.copy, location.href).href);
  button.classList.add("done");
  find("#said").textContent = button.dataset.copied;
  setTimeout(() => button.classList.remove("done"), 2000);
});
