/* Rows are ticked by mouse, x and Shift x; the bar says how many. */

import { find } from "../page.js";

let ticked = null; // the row ticked last: where a range begins

const ticks = () => [...document.querySelectorAll("[data-tick]")];

function countTicks() {
  const bar = find("[data-ticked]");
  if (!bar) return;
  const boxes = ticks();
  const matching = find("[data-tick-matching]");
  const chosen = boxes.filter((box) => box.checked).length;
  bar.textContent = matching?.checked ? "" : chosen === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", chosen);
  const all = find("[data-tick-all]");
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

function tickRange(box) {
  const boxes = ticks();
  const [from, to] = [boxes.indexOf(find(`[data-tick][value="${ticked}"]`)), boxes.indexOf(box)].sort((a, b) => a - b);
  for (const other of boxes.slice(Math.max(from, 0), to + 1)) other.checked = box.checked;
}

/* Ticks the row that has the focus, or all from the one ticked last. */
export function tickRow(range) {
  const box = find("[data-tick]", document.activeElement?.closest("tr") || document.createElement("tr"));
  if (!box) return;
  box.checked = range || !box.checked;
  if (range && ticked) tickRange(box);
  ticked = box.value;
  countTicks();
}

document.addEventListener("click", (event) => {
  if (!event.target.matches?.("[data-tick]")) return;
  if (event.shiftKey && ticked) tickRange(event.target);
  ticked = event.target.value;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick], [data-tick-all], [data-tick-matching]")) return;
  if (event.target.matches("[data-tick-all]")) for (const box of ticks()) box.checked = event.target.checked;
  countTicks();
});

document.addEventListener("htmx:afterSwap", () => {
  countTicks();
  const [link, list] = [find("[data-export-link]"), find("[data-export]")];
  if (link && list) link.href = list.dataset.export;
});
addEventListener("pageshow", countTicks);
