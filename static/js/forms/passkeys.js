/* Passkeys: the browser asks the person, the form carries the answer to the server. */

import { find } from "../page.js";
import "../sending/once.js"; // stops what is sent twice before it gets here

const ALONE = { residentKey: "required", requireResidentKey: true, userVerification: "required" };

function askedOf({ publicKey }, kind, alone) {
  if (kind === "get") return PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  const authenticatorSelection = { ...publicKey.authenticatorSelection, ...(alone ? ALONE : {}) };
  return PublicKeyCredential.parseCreationOptionsFromJSON({ ...publicKey, authenticatorSelection });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function askForPasskey(form) {
  const failed = find("[data-passkey-failed]", form);
  failed.hidden = true;
  try {
    const kind = form.dataset.passkey;
    const publicKey = askedOf(await optionsOf(form), kind, form.elements.passwordless?.checked);
    const credential = await navigator.credentials[kind]({ publicKey });
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch { // the person said no, the device has none, or the page is not served safely
    failed.hidden = false;
    delete form.dataset.sent;
    find("[aria-busy]", form)?.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.passkey || event.defaultPrevented) return;
  event.preventDefault();
  askForPasskey(event.target);
});
