/* How long the session lasts: seconds left, as the server said them last to any tab. */

import { keepInput } from "../drafts/kept.js";
import { find, here } from "../page.js";
import { gone, signedOut } from "./end.js";
import { begun } from "./signed_in.js";

const place = find("#session-end")?.dataset.left; // where one asks
const tabs = new BroadcastChannel("session");
export let session = null; // what was heard last: left, whole, idle, person
let heard = []; // and when, by both clocks
let asked = null; // what is being asked just now

// One of the clocks stops while the machine sleeps and the other can be set; the one that ran
// farther counts, and before anything follows from it the server is asked.
const clocks = () => [performance.now() / 1000, Date.now() / 1000];
export const passed = () => Math.max(...clocks().map((now, i) => now - heard[i]));

function hear(state, late = 0) {
  if (gone) return;
  if (state.person !== begun.person) return signedOut({ keeping: false });
  session = state;
  heard = clocks().map((now) => now - late);
  document.documentElement.classList.remove("covered");
  document.dispatchEvent(new Event("session-heard"));
}

/* What the server answered to this page holds in the other tabs too. */
export function learn(text, late = 0) {
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
export function ask() {
  asked ??= request(place, {}).finally(() => (asked = null));
  return asked;
}

/* Sends a request about the session and takes what comes; null where no answer came. */
export async function request(url, options) {
  const headers = { ...options.headers, "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(url, { ...options, headers }).catch(() => null); // away: there is no answer
  if (answer?.status === 401) signedOut({ address: answer.headers.get("HX-Redirect") });
  else if (answer?.ok) learn(await answer.text());
  return answer;
}

/* Another tab or window may have been busy: the server has the say before anybody is warned. */
export async function check(left) {
  if (await ask() || gone) return;
  session = { ...session, left, whole: session.whole - passed() };
  heard = clocks();
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (!begun) return;
  if (xhr.status === 401) keepInput(); // htmx goes where one signs in
  else learn(xhr.getResponseHeader("X-Session"));
  if (gone) event.preventDefault(); // the answer is for somebody else
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches('[action$="/logout/"]')) return;
  sessionStorage.clear();
  if (!begun) return;
  localStorage.setItem(`signed-out:${begun.person}`, Date.now());
  tabs.postMessage({ signedOut: true, person: begun.person });
});
