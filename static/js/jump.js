/* Jumping to anything by name: Ctrl K opens the palette, arrows walk the hits, Enter goes there. */

import { find } from "./page.js";

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
