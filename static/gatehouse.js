/* Behaviour on top of pages that work without it: keys, focus, filters, progress, toasts. */

const find = (selector, from = document) => from.querySelector(selector);
let opener = null;

document.documentElement.classList.add("scripted");

/* --- Filters send themselves; the search waits until one stops typing. --------------- */

const WAIT = 300; // milliseconds
let waiting = 0;

function sendFilters(form) {
  clearTimeout(waiting);
  form.requestSubmit();
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (!form) return;
  clearTimeout(waiting);
  const { list } = event.target;
  if (list && event.target.value && ![...list.options].some((option) => option.value === event.target.value)) return;
  waiting = setTimeout(() => sendFilters(form), event.target.matches("[data-search]") ? WAIT : 0);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && event.target.list) sendFilters(form);
});

/* --- Panels: focus goes in when one opens and back when it closes. ------------------- */

function closePanel() {
  const close = find(".panel:not([hidden]) .close");
  if (close) close.click();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.row-link");
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

function markOpenRow() {
  for (const row of document.querySelectorAll("tr.open")) row.classList.remove("open");
  const link = find(`a.row-link[href^="${CSS.escape(location.pathname)}"]`);
  if (link) link.closest("tr").classList.add("open");
}

document.addEventListener("htmx:pushedIntoHistory", markOpenRow);

/* --- Keyboard (screens §3, rule 10); never inside a field. --------------------------- */

const PLACES = { m: "members", g: "groups", t: "tokens", l: "labels", a: "audit" };
let going = false;

function moveRow(step) {
  const rows = [...document.querySelectorAll("tbody tr:has(.row-link)")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  find(".row-link", next).focus();
}

const KEYS = {
  "/": () => find("[data-search]")?.focus(),
  "?": () => find("#keys")?.showModal(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  g: () => {
    going = true;
    setTimeout(() => (going = false), 1000);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    closePanel();
    if (opener) find(`#${CSS.escape(opener)}`)?.focus();
    return;
  }
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = going && PLACES[event.key];
  const act = place ? () => find(`.nav [data-key="${place}"]`)?.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  if (place) going = false;
  act();
});

/* --- Menus close when one looks elsewhere. ------------------------------------------- */

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details:is(.switch, .me-menu, .more)[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* --- Progress and failures. ---------------------------------------------------------- */

let slow = 0;

document.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(slow);
  slow = setTimeout(() => find("#loading")?.classList.add("on"), 200);
});

document.addEventListener("htmx:afterRequest", () => {
  clearTimeout(slow);
  find("#loading")?.classList.remove("on");
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

document.addEventListener("htmx:responseError", (event) => {
  const id = event.detail.xhr.getResponseHeader("X-Request-ID");
  failed(`That did not work (${event.detail.xhr.status}${id ? `, request ${id}` : ""}).`, event.detail);
});

document.addEventListener("htmx:sendError", (event) => {
  failed("The server cannot be reached.", event.detail);
});

function failed(text, detail) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(text);
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    toast.remove();
    detail.elt.matches("form") ? detail.elt.requestSubmit() : detail.elt.click();
  });
  toast.append(again);
  find("#toasts").replaceChildren(toast);
}

document.addEventListener("submit", (event) => {
  event.submitter?.setAttribute("aria-busy", "true");
});
