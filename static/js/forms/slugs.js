/* A slug follows the name until one types a slug oneself. */

import { find } from "../page.js";

/* Resources: the field of the name says which field it suggests. */
const slugOf = (name) =>
  name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 63).replace(/-+$/, "");

document.addEventListener("input", (event) => {
  const { form, name, dataset } = event.target;
  if (name === "slug") event.target.dataset.typed = "1";
  const slug = dataset?.suggests && form?.elements[dataset.suggests];
  if (slug && !slug.dataset.typed) slug.value = slugOf(event.target.value);
});

/* Workspaces: the field of the slug says which name it follows, and follows again when emptied. */
function addressOf(name) {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 63);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.slugOf) event.target.dataset.typed = event.target.value ? "yes" : "";
  const slug = event.target.id && find(`[data-slug-of="${CSS.escape(event.target.id)}"]`);
  if (slug && !slug.dataset.typed) slug.value = addressOf(event.target.value);
});
