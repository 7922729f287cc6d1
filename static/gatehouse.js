/* Behaviour on top of pages that work without it: keys, focus, filters, progress, toasts. */

const find = (selector, from = document) => from.querySelector(selector);
let opener = null;

document.documentElement.classList.add("scripted");

/* --- Filters send themselves; the search waits until one stops typing. --------------- */

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
  if (list && event.target.value && ![...list.options].some((option) => option.value === event.target.value)) return;
  waiting = setTimeout(() => sendFilters(form), event.target.matches("[data-search]") ? WAIT : 0);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && event.target.list) sendFilters(form);
});

/* --- Panels: focus goes in when one opens and back when it closes. ------------------- */

function closePanel() {
  const close = find(".panel:not([hidden]) .close");
  if (close) close.click();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.row-link");
  if (link) opener = link.id;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = find(`#${CSS.escape(event.detail.target.id)}`);
  if (!target) return;
  if (target.id === "panel") {
    markOpenRow();
    const heading = find("[data-heading]", target);
    if (heading && !target.hidden && event.detail.requestConfig.elt.matches(".row-link")) heading.focus();
  }
  const spoken = find("[data-said]", target) || target;
  if (spoken.dataset && spoken.dataset.said) find("#said").textContent = spoken.dataset.said;
});

function markOpenRow() {
  for (const row of document.querySelectorAll(":is(tr, .event).open")) row.classList.remove("open");
  const links = [...document.querySelectorAll("a.row-link")];
  const link = links.find((one) => one.pathname === location.pathname);
  if (link) link.closest("tr, .event").classList.add("open");
}

document.addEventListener("htmx:pushedIntoHistory", markOpenRow);

/* --- Keyboard (screens §3, rule 10); never inside a field. --------------------------- */

const PLACES = {
  o: "overview", m: "members", g: "groups", t: "tokens", r: "requests", l: "labels", a: "audit", c: "check",
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
  x: () => tickRow(false),
  X: () => tickRow(true),
  g: () => {
    going = true;
    setTimeout(() => (going = false), 1000);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    closePanel();
    if (opener) find(`#${CSS.escape(opener)}`)?.focus();
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

/* --- Rows are ticked by mouse, x and Shift x; the bar says how many. -------------------- */

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

function tickRow(range) {
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

/* --- Menus close when one looks elsewhere. ------------------------------------------- */

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details:is(.switch, .me-menu, .more)[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* --- Progress and failures. ---------------------------------------------------------- */

const SLOW = 200, VERY_SLOW = 600; // milliseconds until the line on top, until skeletons
let waits = [];

document.addEventListener("htmx:beforeRequest", (event) => {
  waits.forEach(clearTimeout);
  waits = [
    setTimeout(() => find("#loading")?.classList.add("on"), SLOW),
    setTimeout(() => event.detail.target?.classList.add("waiting"), VERY_SLOW),
  ];
});

document.addEventListener("htmx:afterRequest", (event) => {
  waits.forEach(clearTimeout);
  find("#loading")?.classList.remove("on");
  event.detail.target?.classList.remove("waiting");
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

document.addEventListener("htmx:responseError", (event) => {
  const id = event.detail.xhr.getResponseHeader("X-Request-ID");
  const about = `${event.detail.xhr.status}${id ? ` · ${id}` : ""}`;
  failed(`${find("#toasts").dataset.failed} (${about})`, event.detail);
});

document.addEventListener("htmx:sendError", (event) => {
  failed(find("#toasts").dataset.away, event.detail);
});

function failed(text, detail) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(text);
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = find("#toasts").dataset.again;
  again.addEventListener("click", () => {
    toast.remove();
    detail.elt.matches("form") ? detail.elt.requestSubmit() : detail.elt.click();
  });
  toast.append(again);
  find("#toasts").replaceChildren(toast);
}

document.addEventListener("submit", (event) => {
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's cache is not being sent any more.
addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

function showOffline() {
  const bar = find("#offline");
  if (bar) bar.hidden = navigator.onLine;
}

addEventListener("offline", showOffline);
addEventListener("online", showOffline);
showOffline();

/* --- Pickers: search on the server, choose by mouse or keys; without script one types names. */

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

async function search(input) {
  const picker = input.closest("[data-picker]");
  const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(input.value.trim())}`);
  if (!answer.ok || answer.redirected) return showPicks(input, false);
  const list = listOf(input);
  list.innerHTML = await answer.text();
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

function choose(input, value) {
  const picker = input.closest("[data-picker]");
  const there = [...picker.querySelectorAll("input[type=checkbox]")].find((box) => box.value === value);
  if (there) {
    there.checked = true;
  } else {
    const chip = document.createElement("label");
    chip.className = "chip";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: picker.dataset.name, value, checked: true });
    const text = document.createElement("span");
    text.textContent = value;
    chip.append(box, text);
    input.before(chip);
  }
  input.value = "";
  showPicks(input, false);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-picker] > input[type=text]")) return;
  clearTimeout(picking);
  picking = setTimeout(() => search(event.target), PICK_WAIT);
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
    if (list.hidden) search(input);
    else movePick(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden && active) {
    event.preventDefault();
    choose(input, active.dataset.value);
  } else if (event.key === "Escape" && !list.hidden) {
    event.stopImmediatePropagation();
    showPicks(input, false);
  } else if (event.key === "Backspace" && !input.value) {
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

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picker] .chip input:not(:checked)")) event.target.closest(".chip").remove();
});

/* --- A slug follows the name until one types a slug oneself. ------------------------------ */

const slugOf = (name) =>
  name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 63).replace(/-+$/, "");

document.addEventListener("input", (event) => {
  const { form, name, dataset } = event.target;
  if (name === "slug") event.target.dataset.typed = "1";
  const slug = dataset?.suggests && form?.elements[dataset.suggests];
  if (slug && !slug.dataset.typed) slug.value = slugOf(event.target.value);
});

/* --- Confirmations: the page that asks opens as a dialog; without script it is a page. ---- */

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog") return;
  const dialog = event.detail.target;
  if (!dialog.open) dialog.showModal();
  find("[data-cancel]", dialog)?.focus();
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancel]");
  if (!cancel || !cancel.closest("dialog")) return;
  event.preventDefault();
  cancel.closest("dialog").close();
});

/* --- Errors: the summary gets focus, its links lead into the fields they name. ------------ */

function focusErrors(from = document) {
  find("[data-errors]", from)?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-errors] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const inside = field.matches("input, select, textarea") ? field : find("input, select, textarea", field);
  (inside || field).focus();
});

document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));
focusErrors();

/* --- Copying a text, a secret or a link; the button says that it is done. ----------------- */

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // where the page is not served by https
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy); // or else it is an address
  await copy(source ? (source.value ?? source.textContent.trim()) : new URL(button.dataset.copy, location.href).href);
  button.classList.add("done");
  find("#said").textContent = button.dataset.copied;
  setTimeout(() => button.classList.remove("done"), 2000);
});

/* --- Toasts leave by themselves, but not while one looks at them. ------------------------ */

function leave(toast) {
  const held = toast.matches(":hover") || toast.contains(document.activeElement);
  if (held) setTimeout(() => leave(toast), 1000);
  else toast.remove();
}

function timeToasts() {
  for (const toast of document.querySelectorAll(".toast[data-seconds]:not([data-timed])")) {
    toast.dataset.timed = "";
    setTimeout(() => leave(toast), 1000 * toast.dataset.seconds);
  }
}

document.addEventListener("htmx:afterSwap", timeToasts);
timeToasts();

/* --- A form is sent once, however often one clicks. -------------------------------------- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => {
    delete form.dataset.sent;
    event.submitter?.removeAttribute("aria-busy"); // a download leaves the page where it is
  }, 3000);
});

/* --- Preferences hold at once; the server draws the next page with them. ------------------- */

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-preferences]");
  if (!form) return;
  const chosen = new FormData(form);
  const root = document.documentElement.dataset;
  root.theme = chosen.get("theme");
  root.density = chosen.get("density");
  root.keys = chosen.has("single_keys") ? "on" : "off";
});

/* --- A name suggests an address. ----------------------------------------------------------- */

function addressOf(name) {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 63);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.slugOf) event.target.dataset.typed = event.target.value ? "yes" : "";
  const slug = event.target.id && find(`[data-slug-of="${CSS.escape(event.target.id)}"]`);
  if (slug && !slug.dataset.typed) slug.value = addressOf(event.target.value);
});

/* --- How strong a new password is: words and a meter of four bars; the server has the say. - */

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

/* --- The palette: Ctrl K opens it, arrows walk the hits, Enter goes there. ----------------- */

const palette = find("#palette");
const RECENT = 8;
let entering = false;

for (const key of document.querySelectorAll("[data-ctrl]")) {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) key.textContent = "\u2318K";
}

function openPalette() {
  if (palette.open) return;
  palette.showModal();
  const input = find("input", palette);
  input.select();
  input.dispatchEvent(new Event("palette"));
}

/* What one went to lately is kept in this tab, apart for each membership. */
function recent() {
  return JSON.parse(sessionStorage.getItem(`recent:${palette.dataset.of}`) || "[]");
}

function remember(link) {
  const hit = { url: link.getAttribute("href"), text: find("strong", link)?.textContent };
  if (!hit.text) return;
  const rest = recent().filter((other) => other.url !== hit.url);
  sessionStorage.setItem(`recent:${palette.dataset.of}`, JSON.stringify([hit, ...rest].slice(0, RECENT)));
}

function showRecent(hits) {
  const list = document.createElement("ul");
  for (const { url, text } of recent()) {
    const link = Object.assign(document.createElement("a"), { className: "hit", href: url });
    link.append(Object.assign(document.createElement("strong"), { textContent: text }));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  if (!list.children.length) return;
  const title = Object.assign(document.createElement("h2"), { className: "hits-title", textContent: palette.dataset.recent });
  hits.prepend(title, list);
}

function firstHit() {
  return find(".hit", find("#hits", palette));
}

function walkHits(step) {
  const hits = [...palette.querySelectorAll(".hit")];
  const at = hits.indexOf(document.activeElement);
  const input = find("input", palette);
  // From the field the first hit is at hand already, so one step down leads to the second.
  const next = at < 0 ? (step > 0 ? Math.min(1, hits.length - 1) : hits.length - 1) : at + step;
  (hits[next] || input).focus();
}

document.addEventListener("click", (event) => {
  const opening = palette && event.target.closest("[data-palette]");
  if (opening && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openPalette();
  }
  const hit = event.target.closest("#palette .hit");
  if (hit) remember(hit);
});

document.addEventListener("keydown", (event) => {
  if (palette && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
    event.preventDefault();
    openPalette();
    return;
  }
  if (!palette?.open) return;
  const input = find("input", palette);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    walkHits(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && document.activeElement === input) {
    event.preventDefault();
    // What was typed last may still be on its way; then the first of its hits is opened.
    if (find("#hits", palette).dataset.q === input.value.trim()) firstHit()?.click();
    else entering = true;
  } else if (event.key.length === 1 && document.activeElement !== input && !event.ctrlKey && !event.metaKey) {
    input.focus();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const hits = palette && find("#hits", palette);
  if (!hits || !event.detail.requestConfig.elt.closest("#palette")) return;
  if (!hits.dataset.q) showRecent(hits);
  firstHit()?.classList.add("first");
  find("[data-says]", palette).textContent = hits.dataset.said;
  // The answer to an earlier word may come first; Enter waits for the one to what stands there now.
  if (!entering || hits.dataset.q !== find("input", palette).value.trim()) return;
  entering = false;
  firstHit()?.click();
});

palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches('[action$="/logout/"]')) sessionStorage.clear();
});

/* --- Passkeys: the browser asks the person, the form carries the answer to the server. ------ */

const ANSWERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function bytesOf(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
}

function textOf(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function askedOf({ publicKey }, alone) {
  const asked = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: bytesOf(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    asked[list] = (publicKey[list] || []).map((one) => ({ ...one, id: bytesOf(one.id) }));
  }
  if (alone) {
    asked.authenticatorSelection = {
      ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
    };
  }
  return { publicKey: asked };
}

function answerOf(credential) {
  const parts = ANSWERS.filter((part) => credential.response[part]);
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(parts.map((part) => [part, textOf(credential.response[part])])),
    clientExtensionResults: credential.getClientExtensionResults(),
  };
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
    const asked = askedOf(await optionsOf(form), form.elements.passwordless?.checked);
    const credential = await navigator.credentials[form.dataset.passkey](asked);
    form.elements.credential.value = JSON.stringify(answerOf(credential));
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

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
