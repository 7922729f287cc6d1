/* Behaviour on top of pages that work without it: keys, focus, filters, progress, toasts. */

const find = (selector, from = document) => from.querySelector(selector);
let opener = null;
const BY_PERSON = { "X-By-Person": "1" }; // on requests that follow a key or a pointer (S4)

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

async function search(input, cause) {
  const picker = input.closest("[data-picker]");
  const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(input.value.trim())}`, { headers: byPerson(cause) });
  if (answer.redirected) ask();
  else learn(answer.headers.get("X-Session"));
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

function addChip(picker, value) {
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

function choose(input, value) {
  addChip(input.closest("[data-picker]"), value);
  input.value = "";
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
  if (palette.open || !palette.isConnected) return;
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

/* --- Requests say when a person caused them; those alone are activity (S4). ---------------- */

const SOON = 2000; // milliseconds from a key or pointer to what it causes
const ACTS = ["keydown", "pointerdown", "pointerup"];
let acted = -Infinity;

for (const kind of ACTS) {
  document.addEventListener(kind, (event) => {
    if (event.isTrusted) acted = event.timeStamp;
  }, { capture: true, passive: true });
}

// Choosing in the list of a select is done outside the page; only the change comes in.
document.addEventListener("change", (event) => {
  if (event.isTrusted && event.target.matches("select")) acted = event.timeStamp;
}, { capture: true });

function byPerson(cause) {
  return cause && cause.timeStamp - acted <= SOON ? BY_PERSON : {};
}

// Polling and loading have no event behind them; a review that waited a little has the one of the key.
document.addEventListener("htmx:configRequest", (event) => {
  Object.assign(event.detail.headers, byPerson(event.detail.triggeringEvent));
});

/* --- How long the session lasts: seconds left, as the server said them last. ---------------- */

const begun = document.body.dataset.session ? JSON.parse(document.body.dataset.session) : null;
const warning = find("#session-end"), cover = find("#signed-out"), putBackNote = find("#put-back");
const WARN = 120; // seconds before the end
const TOLD = 60; // seconds after which a page that is looked at again asks anew
const tabs = new BroadcastChannel("session");
let session = null; // what was heard last: left, whole, idle, person
let heard = []; // and when, by both clocks
let gone = false, dismissed = false, ticking = 0, asked = null;

// One of the clocks stops while the machine sleeps and the other can be set; the one that ran
// farther counts, and before anything follows from it the server is asked.
const clocks = () => [performance.now() / 1000, Date.now() / 1000];
const passed = () => Math.max(...clocks().map((now, i) => now - heard[i]));

function hear(state, late = 0) {
  if (gone) return;
  if (state.person !== begun.person) return signedOut({ keeping: false });
  session = state;
  heard = clocks().map((now) => now - late);
  document.documentElement.classList.remove("covered");
  tick();
}

/* What the server answered to this page holds in the other tabs too. */
function learn(text, late = 0) {
  if (!begun || !text) return;
  const state = JSON.parse(text);
  tabs.postMessage({ state, at: Date.now() - 1000 * late });
  hear(state, late);
}

tabs.addEventListener("message", ({ data }) => {
  if (!begun) return;
  const own = data.person ? data.person === begun.person : data.state.person === begun.person;
  if (gone) {
    if (own && data.state) location.replace(here()); // signed in again in another tab
  } else if (data.signedOut) {
    if (own) signedOut({ keeping: false });
  } else if (own) {
    hear(data.state, Math.max(0, Date.now() - data.at) / 1000);
  } else {
    ask();
  }
});

/* Asks how long the session lasts, which is no activity; several at once are one. */
function ask() {
  asked ??= request(warning.dataset.left, {}).finally(() => (asked = null));
  return asked;
}

/* Sends a request about the session and takes what comes; false where no answer came. */
async function request(url, options) {
  const headers = { ...options.headers, "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(url, { ...options, headers }).catch(() => null); // away: there is no answer
  if (answer?.status === 401) signedOut({ address: answer.headers.get("HX-Redirect") });
  else if (answer?.ok) learn(await answer.text());
  return answer;
}

async function finish() {
  await ask();
  if (!gone && session.left <= passed()) signedOut({});
}

function tick() {
  clearTimeout(ticking);
  const left = session.left - passed();
  for (const clock of document.querySelectorAll("[data-session-clock]")) {
    clock.textContent = clock.dataset.sessionClock.replace("{n}", Math.max(0, Math.ceil(left / 60)));
  }
  ticking = setTimeout(tick, 1000 * (left > WARN ? Math.min(left - WARN, 30) : 1));
  if (left <= 0) {
    finish();
  } else if (left <= WARN) {
    if (session.left > WARN) check(left);
    else warn(left);
  } else {
    dismissed = false;
    warning.close();
  }
}

/* Another tab or window may have been busy: the server has the say before anybody is warned. */
async function check(left) {
  if (await ask() || gone) return;
  session = { ...session, left, whole: session.whole - passed() };
  heard = clocks();
}

function warn(left) {
  const why = session.whole <= session.left ? "whole" : "idle";
  for (const part of warning.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== why;
  const seconds = Math.ceil(left);
  for (const count of warning.querySelectorAll("[data-count]")) {
    count.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if (warning.open || dismissed) return;
  if (!warning.isConnected) { // a locked door took its place
    find("#session-end")?.remove();
    document.body.append(warning);
  }
  find("[data-wrong]", warning).hidden = true;
  warning.showModal();
  find(`form[data-while="${why}"] button`, warning).focus();
}

warning?.addEventListener("close", () => {
  dismissed = session.left - passed() <= WARN;
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-stay]") || event.defaultPrevented) return;
  event.preventDefault();
  const answer = await request(form.action, { method: "POST", body: new FormData(form), headers: BY_PERSON });
  event.submitter?.removeAttribute("aria-busy");
  delete form.dataset.sent;
  if (!answer) {
    const wrong = find("[data-wrong]", warning);
    wrong.textContent = warning.dataset.away;
    wrong.hidden = false;
  } else if (!answer.ok && !gone) {
    keepInput(); // the form is too old to be sent: a new page is as good
    location.replace(here());
  }
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (!begun) return;
  if (xhr.status === 401) keepInput(); // htmx goes where one signs in
  else learn(xhr.getResponseHeader("X-Session"));
  if (gone) event.preventDefault(); // the answer is for somebody else
});

/* --- After the end nothing of the page is left on screen, also when one comes back to it. ---- */

function signedOut({ address, keeping = true }) {
  if (gone) return;
  gone = true;
  clearTimeout(ticking);
  let kept = 0;
  try {
    if (keeping) kept = keepInput();
    else sessionStorage.clear();
  } finally {
    blank(address, kept);
  }
}

function blank(address, kept) {
  const page = cover.content.cloneNode(true);
  const link = find("[data-sign-in]", page);
  link.href = address || `${link.pathname}?next=${encodeURIComponent(location.pathname + location.search)}`;
  find("[data-kept]", page).hidden = !kept;
  document.title = find("main", page).dataset.title;
  document.body.className = "plain";
  document.body.replaceChildren(page);
  document.documentElement.classList.remove("covered");
  link.focus();
}

addEventListener("pagehide", (event) => {
  if (begun && !gone && event.persisted) document.documentElement.classList.add("covered");
});

addEventListener("pageshow", async (event) => {
  if (!begun || gone || !event.persisted) return;
  document.documentElement.classList.add("covered");
  const answer = await ask();
  if (!answer?.ok) signedOut({});
});

document.addEventListener("visibilitychange", () => {
  if (begun && !gone && !document.hidden && passed() > TOLD) ask();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches('[action$="/logout/"]')) return;
  sessionStorage.clear();
  if (!begun) return;
  localStorage.setItem(`signed-out:${begun.person}`, Date.now());
  tabs.postMessage({ signedOut: true, person: begun.person });
});

/* --- Unsaved input is kept in this tab for the same person on the same page, and put back. ---- */

const KEPT = "kept:";
const UNKEPT = [
  "[type=password]", "[type=file]", "[type=submit]", "[readonly]", "[autocomplete*=password]",
  "[autocomplete=one-time-code]", "[data-unkept]", "[data-unkept] *",
].join();
const drawnAt = Date.now();
const drawn = new WeakMap(); // forms as they came from the server
const faulty = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400; // holds what was typed

const here = () => location.pathname + location.search;
const nameOf = (form) => form.getAttribute("id") || form.getAttribute("action") || "";
const posted = () =>
  [...document.querySelectorAll('form[method="post"]:not([action$="/logout/"], [data-stay], [data-preferences], [data-between])')]
    .filter((form) => !form.closest("dialog, .toast"));

const kindOf = (field) => (field.type === "text" && field.closest("[data-picker]") ? "typed" : field.type);

/* Unseen fields belong to the page, not to the person – but for those that say which role of the
   editor is which, and those that carry what was typed in the other steps of a form. */
const OF_THE_PAGE = ["csrfmiddlewaretoken", "once", "seen"];
const isCarried = (field) =>
  field.closest("#policy-editor") || (field.form.matches("[data-steps]") && !OF_THE_PAGE.includes(field.name));

function fieldsOf(form) {
  return [...form.elements].filter((field) => {
    if (!field.name || field.disabled || field.matches(UNKEPT)) return false;
    return field.type === "hidden" ? isCarried(field) : field.matches("input, select, textarea");
  });
}

const stepOf = (form) => (form.matches("[data-steps]") ? form.elements.at.value : "");
const isLaterStep = (form) => stepOf(form) !== (form.dataset.steps ?? "");

/* What stands in a form: name, value, kind, and whether it counts. */
function inputOf(form) {
  return fieldsOf(form).flatMap((field) => {
    const kind = kindOf(field);
    if (field.options) return [...field.options].map(({ value, selected }) => [field.name, value, kind, selected]);
    return [[field.name, field.value, kind, kind === "checkbox" || kind === "radio" ? field.checked : true]];
  });
}

function noteForms() {
  for (const form of posted().filter((one) => !drawn.has(one))) {
    drawn.set(form, faulty || isLaterStep(form) ? "" : JSON.stringify(inputOf(form)));
  }
}

function keepForm(form, sent) {
  const fields = inputOf(form);
  if (!fields.length || JSON.stringify(fields) === drawn.get(form)) return false;
  const draft = { person: begun.person, drawnAt, form: nameOf(form), step: stepOf(form), page: here(), fields, sent };
  sessionStorage.setItem(`${KEPT}${draft.page} ${draft.form}`, JSON.stringify(draft));
  return true;
}

/* Keeps what was typed in every form; returns in how many there was something. */
function keepInput() {
  return posted().filter((form) => keepForm(form, false)).length;
}

const draftKeys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));

// A form that is sent may meet a session that has ended: its input is kept until the next page shows.
document.addEventListener("submit", (event) => {
  if (begun && !event.defaultPrevented && posted().includes(event.target)) keepForm(event.target, true);
});

function sortDrafts() {
  const between = find("[data-between]"); // one proves who one is, and goes on
  for (const key of draftKeys()) {
    const draft = JSON.parse(sessionStorage.getItem(key));
    const left = Number(localStorage.getItem(`signed-out:${draft.person}`)) >= draft.drawnAt;
    const foreign = begun && draft.person !== begun.person;
    if (left || foreign || (draft.sent && begun && !between)) sessionStorage.removeItem(key);
    else if (draft.sent && between) sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false }));
  }
}

async function putBack() {
  for (const key of draftKeys()) {
    const draft = JSON.parse(sessionStorage.getItem(key));
    const form = draft.page === here() && posted().find((one) => nameOf(one) === draft.form);
    if (!form) continue;
    if (draft.step !== stepOf(form)) return goToStep(form, key, draft.fields);
    const editor = find("#policy-editor", form);
    if (editor && !(await redraw(form, editor, draft.fields))) continue;
    fillIn(form, draft.fields);
    sessionStorage.removeItem(key);
    noteBack(form);
    form.dispatchEvent(new Event("change", { bubbles: true })); // what will change is worked out anew
  }
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

document.addEventListener("htmx:afterSwap", noteForms);
noteForms();
sortDrafts();
if (begun) {
  const [navigation] = performance.getEntriesByType("navigation");
  learn(document.body.dataset.session, (performance.now() - (navigation?.responseStart ?? 0)) / 1000);
  noteStep();
  putBack();
}
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
