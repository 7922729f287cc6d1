/* Chips: each is one value of a picker, and a field of its form. */

import { find } from "../page.js";

/* Puts a value among those of a picker, once. */
export function addChip(picker, value) {
  const there = [...picker.querySelectorAll("input[type=checkbox]")].find((box) => box.value === value);
  if (there) {
    there.checked = true;
    return;
  }
  const chip = document.createElement("label");
  chip.className = "chip";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: picker.dataset.name, value, checked: true });
  const text = document.createElement("span");
  text.textContent = value;
  chip.append(box, text);
  find("input[type=text]", picker).before(chip);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picker] .chip input:not(:checked)")) event.target.closest(".chip").remove();
});
