/* Requests say when a person caused them; those alone are activity (S4). */

export const BY_PERSON = { "X-By-Person": "1" }; // on requests that follow a key or a pointer (S4)

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

/* The headers of what an event caused. */
export function byPerson(cause) {
  return cause && cause.timeStamp - acted <= SOON ? BY_PERSON : {};
}

// Polling and loading have no event behind them; a review that waited a little has the one of the key.
document.addEventListener("htmx:configRequest", (event) => {
  Object.assign(event.detail.headers, byPerson(event.detail.triggeringEvent));
});
