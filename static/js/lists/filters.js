/* Filters send themselves; the search waits until one stops typing. */

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
  // A name is whole once it is picked, or the field is left.
  if (event.target.value && event.target.closest("[data-one]")) return;
  if (list && event.target.value && ![...list.options].some((option) => option.value === event.target.value)) return;
  waiting = setTimeout(() => sendFilters(form), event.target.matches("[data-search]") ? WAIT : 0);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && (event.target.list || event.target.closest("[data-one]"))) sendFilters(form);
});
