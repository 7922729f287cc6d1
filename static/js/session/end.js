/* After the end nothing of the page is left on screen; what was typed is kept. */

import { keepInput } from "../drafts/kept.js";
import { find, here } from "../page.js";

const cover = find("#signed-out");

export let gone = false;

/* Ends the page. Without an address one signs in where this page leads; without keeping, all typed is dropped. */
export function signedOut({ address, keeping = true }) {
  if (gone) return;
  gone = true;
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
  link.href = address || `${link.pathname}?next=${encodeURIComponent(here())}`;
  find("[data-kept]", page).hidden = !kept;
  document.title = find("main", page).dataset.title;
  document.body.className = "plain";
  document.body.replaceChildren(page);
  document.documentElement.classList.remove("covered");
  link.focus();
}
