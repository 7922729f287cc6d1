/* Counts down what is taken up, from the seconds the page was drawn with. */

const SHORT = 300; // seconds
const begun = performance.now();

function tick() {
  const gone = (performance.now() - begun) / 1000;
  for (const one of document.querySelectorAll("[data-runs-out]")) {
    const left = Number(one.dataset.runsOut) - gone;
    for (const text of one.querySelectorAll("[data-says]")) {
      const { says, over } = text.dataset;
      text.textContent = left > 0 ? says.replace("{n}", Math.ceil(left / 60)) : over;
    }
    one.classList.toggle("short", left < SHORT);
  }
  setTimeout(tick, 1000);
}

if (document.querySelector("[data-runs-out]")) tick();
