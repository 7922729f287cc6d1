/* A bar says so while the browser is offline. */

import { find } from "../page.js";

function showOffline() {
  const bar = find("#offline");
  if (bar) bar.hidden = navigator.onLine;
}

addEventListener("offline", showOffline);
addEventListener("online", showOffline);
showOffline();
