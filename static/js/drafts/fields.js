/* What stands in a form that may be kept: its fields, its step, its name. */

const UNKEPT = [
  "[type=password]", "[type=file]", "[type=submit]", "[readonly]", "[autocomplete*=password]",
  "[autocomplete=one-time-code]", "[data-unkept]", "[data-unkept] *",
].join();

export const nameOf = (form) => form.getAttribute("id") || form.getAttribute("action") || "";
export const posted = () =>
  [...document.querySelectorAll('form[method="post"]:not([action$="/logout/"], [data-stay], [data-preferences], [data-between])')]
    .filter((form) => !form.closest("dialog, .toast"));

export const kindOf = (field) => (field.type === "text" && field.closest("[data-picker]") ? "typed" : field.type);

/* Unseen fields belong to the page, not to the person – but for those that say which role of the
   editor is which, and those that carry what was typed in the other steps of a form. */
const OF_THE_PAGE = ["csrfmiddlewaretoken", "once", "seen"];
const isCarried = (field) =>
  field.closest("#policy-editor") || (field.form.matches("[data-steps]") && !OF_THE_PAGE.includes(field.name));

export function fieldsOf(form) {
  return [...form.elements].filter((field) => {
    if (!field.name || field.disabled || field.matches(UNKEPT)) return false;
    return field.type === "hidden" ? isCarried(field) : field.matches("input, select, textarea");
  });
}

export const stepOf = (form) => (form.matches("[data-steps]") ? form.elements.at.value : "");
export const isLaterStep = (form) => stepOf(form) !== (form.dataset.steps ?? "");

/* What stands in a form: name, value, kind, and whether it counts. */
export function inputOf(form) {
  return fieldsOf(form).flatMap((field) => {
    const kind = kindOf(field);
    if (field.options) return [...field.options].map(({ value, selected }) => [field.name, value, kind, selected]);
    return [[field.name, field.value, kind, kind === "checkbox" || kind === "radio" ? field.checked : true]];
  });
}
