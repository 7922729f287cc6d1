/* How strong a new password is: words and a meter of four bars; the server has the say. */

import { find } from "../page.js";

const STRENGTHS = ["weak", "fair", "good", "strong"];

function strengthOf(password) {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  if (password.length < 10 || different < 6) return 1;
  const bits = password.length * (kinds + 1);
  return bits < 36 ? 2 : bits < 54 ? 3 : 4;
}

document.addEventListener("input", (event) => {
  const box = event.target.dataset.strength && find(`#${event.target.dataset.strength}`);
  if (!box) return;
  const strength = strengthOf(event.target.value);
  box.hidden = !event.target.value;
  find("meter", box).value = strength;
  find("span", box).textContent = find("span", box).dataset[STRENGTHS[strength - 1]];
});
