/* What was kept is put back into the forms of the page it was typed on. */

import { addChip } from "../forms/chips.js";
import { find, here } from "../page.js";
import { begun } from "../session/signed_in.js";
import { fieldsOf, isLaterStep, kindOf, nameOf, posted, stepOf } from "./fields.js";
import { draftKeys } from "./kept.js";

const putBackNote = find("#put-back");
const offer = find("#left-here");

async function putBack() {
  for (const key of draftKeys()) {
    const draft = JSON.parse(sessionStorage.getItem(key));
    const form = draft.page === here() && posted().find((one) => nameOf(one) === draft.form);
    if (!form) continue;
    if (draft.left) {
      offerBack(form, draft, key);
      continue;
    }
    if (draft.step !== stepOf(form)) return goToStep(form, key, draft.fields);
    if (await restore(form, draft, key)) noteBack(form);
  }
}

async function restore(form, draft, key) {
  const editor = find("#policy-editor", form);
  if (editor && !(await redraw(form, editor, draft.fields))) return false;
  fillIn(form, draft.fields);
  sessionStorage.removeItem(key);
  form.dispatchEvent(new Event("change", { bubbles: true })); // what will change is worked out anew
  return true;
}

/* What one left without saving is put back only when one says so. */
function offerBack(form, draft, key) {
  const note = offer.content.cloneNode(true).firstElementChild;
  form.prepend(note);
  note.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-drop]")) sessionStorage.removeItem(key);
    else if (!(await restore(form, draft, key))) return;
    note.remove();
    find("input:not([type=hidden]), select, textarea", form)?.focus();
  });
}

function noteBack(form) {
  form.prepend(putBackNote.content.cloneNode(true));
  const said = find("#said");
  if (said) said.textContent = find(".put-back", form).textContent;
}

/* A form in steps is sent as it stood: the server draws the step one was at, and makes nothing. */
const AT_STEP = "put-back";

function goToStep(form, key, fields) {
  sessionStorage.removeItem(key);
  sessionStorage.setItem(AT_STEP, nameOf(form));
  for (const field of fieldsOf(form)) field.disabled = true;
  for (const [name, value, kind, on] of fields) {
    if (on && kind !== "typed") form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.submit();
}

function noteStep() {
  const form = posted().find((one) => nameOf(one) === sessionStorage.getItem(AT_STEP));
  sessionStorage.removeItem(AT_STEP);
  if (form && isLaterStep(form)) noteBack(form);
}

/* The access editor is drawn by the server from what was kept: blocks may have come or gone. */
async function redraw(form, editor, fields) {
  const body = new FormData();
  for (const [name, value, kind, on] of fields) if (on && kind !== "typed") body.append(name, value);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("more", "none"); // draws it without a word about what is not complete yet
  const url = find("button[name=more]", editor).getAttribute("hx-post");
  const answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "HX-Target": editor.id } });
  if (!answer.ok) return false;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  const fresh = find(`#${editor.id}`, page.content);
  editor.replaceWith(fresh);
  window.htmx.process(fresh);
  return true;
}

function fillIn(form, fields) {
  const rest = [...fields];
  const take = (fits) => {
    const at = rest.findIndex(fits);
    return at < 0 ? null : rest.splice(at, 1)[0];
  };
  for (const picker of form.querySelectorAll("[data-picker]")) fillPicker(picker, fields);
  for (const field of fieldsOf(form)) {
    const kind = kindOf(field);
    const same = ([name, , was]) => name === field.name && was === kind;
    if (field.options) {
      for (const option of field.options) {
        const kept = take((one) => same(one) && one[1] === option.value);
        if (kept) option.selected = kept[3];
      }
    } else if (kind === "checkbox" || kind === "radio") {
      const kept = take((one) => same(one) && one[1] === field.value);
      if (kept) field.checked = kept[3];
    } else if (kind !== "hidden") {
      const kept = take(same);
      if (kept) field.value = kept[1];
    }
  }
}

/* Chips that were taken away go, those that were chosen come. */
function fillPicker(picker, fields) {
  const mine = fields.filter(([name]) => name === picker.dataset.name);
  if (!mine.some(([, , kind]) => kind === "typed")) return;
  const chosen = mine.filter(([, , kind, on]) => kind === "checkbox" && on).map(([, value]) => value);
  for (const box of picker.querySelectorAll("input[type=checkbox]")) {
    if (!chosen.includes(box.value)) box.closest(".chip").remove();
  }
  for (const value of chosen) addChip(picker, value);
}

if (begun) {
  noteStep();
  putBack();
}
