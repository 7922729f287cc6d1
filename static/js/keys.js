/* Keys of one letter, and Escape (U8); never inside a field. Ctrl K is in jump.js. */

import { ANSWERS } from "./lists/answers.js";
import { tickRow } from "./lists/ticks.js";
import { find } from "./page.js";
import { leavePanel } from "./panel.js";

const PLACES = {
  o: "overview", m: "members", g: "groups", t: "tokens", r: "requests", l: "labels", a: "audit", c: "check",
  u: "my_access",
};
let going = false;

function moveRow(step) {
  const rows = [...document.querySelectorAll(":is(tbody tr, .event):has(.row-link)")];
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
  e: () => (find("#panel:not([hidden]) [data-edit]") || find("main [data-edit]"))?.click(),
  u: () => (find("[data-take-up]") || find('.nav [data-key="my_access"]'))?.click(),
  x: () => tickRow(false),
  X: () => tickRow(true),
  ...ANSWERS,
  g: () => {
    going = true;
    setTimeout(() => (going = false), 1000);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    leavePanel();
    return;
  }
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const single = document.documentElement.dataset.keys !== "off";
  if (!single || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (find("dialog[open]")) return;
  const place = going && PLACES[event.key];
  const act = place ? () => find(`.nav [data-key="${place}"]`)?.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  if (place) going = false;
  act();
});
