/* What failed on its way says so in a toast, which offers to try again. */

import { find } from "../page.js";

document.addEventListener("htmx:responseError", (event) => {
  const id = event.detail.xhr.getResponseHeader("X-Request-ID");
  const about = `${event.detail.xhr.status}${id ? ` · ${id}` : ""}`;
  failed(`${find("#toasts").dataset.failed} (${about})`, event.detail);
});

document.addEventListener("htmx:sendError", (event) => {
  failed(find("#toasts").dataset.away, event.detail);
});

function failed(text, detail) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(text);
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = find("#toasts").dataset.again;
  again.addEventListener("click", () => {
    toast.remove();
    detail.elt.matches("form") ? detail.elt.requestSubmit() : detail.elt.click();
  });
  toast.append(again);
  find("#toasts").replaceChildren(toast);
}
