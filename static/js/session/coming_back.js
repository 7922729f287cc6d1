/* Who comes back to a page sees it only while the session lasts. */

import { gone, signedOut } from "./end.js";
import { begun } from "./signed_in.js";
import { ask, passed } from "./time_left.js";

const TOLD = 60; // seconds after which a page that is looked at again asks anew

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
