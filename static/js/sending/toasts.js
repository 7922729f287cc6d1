/* Toasts leave by themselves, but not while one looks at them. */

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
