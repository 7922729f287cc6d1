/* Pickers: search on the server, choose by mouse or keys; without script one types names. */

import { find } from "../page.js";
import { byPerson } from "../session/activity.js";
import { ask, learn } from "../session/time_left.js";
import { addChip } from "./chips.js";

const PICK_WAIT = 200; // milliseconds
let picking = 0;

function listOf(input) {
  let list = find(".picks", input.parentElement);
  if (!list) {
    list = document.createElement("ul");
    list.className = "picks";
    list.role = "listbox";
    list.id = `${input.id}-picks`;
    list.hidden = true;
    list.setAttribute("aria-label", input.placeholder || input.name);
    input.parentElement.append(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
  }
  return list;
}

function showPicks(input, shown) {
  listOf(input).hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) input.removeAttribute("aria-activedescendant");
}

async function search(input, cause) {
  const picker = input.closest("[data-picker]");
  const asked = input.value;
  const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(asked.trim())}`, { headers: byPerson(cause) });
  if (answer.redirected) ask();
  else learn(answer.headers.get("X-Session"));
  if (!answer.ok || answer.redirected) return showPicks(input, false);
  const list = listOf(input);
  const hits = await answer.text();
  if (asked !== input.value) return; // what stands there now is asked for already
  list.innerHTML = hits;
  for (const option of list.querySelectorAll("[role=option]")) option.id = `${list.id}-${option.id}`;
  if (document.activeElement === input) showPicks(input, true);
}

function movePick(input, step) {
  const options = [...listOf(input).querySelectorAll("[role=option]")];
  if (!options.length) return;
  const at = options.findIndex((option) => option.ariaSelected === "true");
  const next = options[(at + step + options.length) % options.length];
  for (const option of options) option.ariaSelected = String(option === next);
  next.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", next.id);
}

/* Where one is asked for, the field holds it; where several are, each becomes a chip. */
function choose(input, value) {
  const picker = input.closest("[data-picker]");
  clearTimeout(picking);
  if ("one" in picker.dataset) {
    input.value = value;
  } else {
    addChip(picker, value);
    input.value = "";
  }
  showPicks(input, false);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-picker] > input[type=text]")) return;
  clearTimeout(picking);
  picking = setTimeout(() => search(event.target, event), PICK_WAIT);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-picker] > input[type=text]")) listOf(event.target);
});

document.addEventListener("focusout", (event) => {
  if (!event.target.matches("[data-picker] > input[type=text]")) return;
  setTimeout(() => showPicks(event.target, false), 150); // a click on a hit comes first
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-picker] > input[type=text]")) return;
  const list = listOf(input);
  const active = find("[aria-selected=true]", list);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) search(input, event);
    else movePick(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden && active) {
    event.preventDefault();
    choose(input, active.dataset.value);
  } else if (event.key === "Escape" && !list.hidden) {
    event.stopImmediatePropagation();
    showPicks(input, false);
  } else if (event.key === "Backspace" && !input.value && !("one" in input.parentElement.dataset)) {
    const boxes = input.parentElement.querySelectorAll("input[type=checkbox]:checked");
    const last = boxes[boxes.length - 1];
    if (last) last.click();
  }
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".picks [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(find("input[type=text]", option.closest(".picker")), option.dataset.value);
});

/* Whoever is ticked where a name was not clear stands in for that name. */
document.addEventListener("change", (event) => {
  const offered = event.target.closest?.("[data-instead]");
  if (!offered || !event.target.checked) return;
  for (const box of document.getElementsByName(event.target.name)) {
    if (box.type === "checkbox" && box.checked && box.value === offered.dataset.instead) box.click();
  }
});
