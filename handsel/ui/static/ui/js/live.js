/* What follows the server by itself: `<div data-live hx-get=… hx-trigger="every 1s">`. It rests while
   nobody looks at the page, while it is told to pause, and while its reader is further down: rows
   that arrive above would push theirs away. */

const pause = () => document.querySelector("[data-live-pause]");

export function live(root) {
  for (const button of root.querySelectorAll("[data-live-pause]")) {
    button.hidden = false;
    button.onclick = () =>
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
  }
  for (const link of root.querySelectorAll("[data-live-instead]")) link.hidden = true;
}

function rests(element) {
  return (
    document.hidden ||
    pause()?.getAttribute("aria-pressed") === "true" ||
    (element.dataset.live !== "always" && element.getBoundingClientRect().top < -80)
  );
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-live]") && rests(elt)) event.preventDefault();
});
