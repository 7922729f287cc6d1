/* Says how long the session lasts, warns before its end, and lets one stay. */

import { keepInput } from "../drafts/kept.js";
import { find, here } from "../page.js";
import "../sending/once.js"; // stops what is sent twice before it gets here
import { BY_PERSON } from "./activity.js";
import { gone, signedOut } from "./end.js";
import { begun } from "./signed_in.js";
import { ask, check, learn, passed, request, session } from "./time_left.js";

const WARN = 120; // seconds before the end
const warning = find("#session-end");
let warned = false, ticking = 0; // once a stretch: whoever closed it is not asked again

async function finish() {
  await ask();
  if (!gone && session.left <= passed()) signedOut({});
}

function tick() {
  clearTimeout(ticking);
  if (gone) return;
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
    warned = false;
    warning.close();
  }
}

document.addEventListener("session-heard", tick);

function warn(left) {
  const why = session.whole <= session.left ? "whole" : "idle";
  for (const part of warning.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== why;
  const seconds = Math.ceil(left);
  for (const count of warning.querySelectorAll("[data-count]")) {
    count.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if (warned) return;
  warned = true;
  if (!warning.isConnected) { // a locked door took its place
    find("#session-end")?.remove();
    document.body.append(warning);
  }
  find("[data-wrong]", warning).hidden = true;
  warning.showModal();
  find(`form[data-while="${why}"] button`, warning).focus();
}

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

if (begun) {
  const [navigation] = performance.getEntriesByType("navigation");
  learn(document.body.dataset.session, (performance.now() - (navigation?.responseStart ?? 0)) / 1000);
}
