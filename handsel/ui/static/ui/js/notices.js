/* The notice area and the toasts. A refusal replaces the one before it; a change that went well
   clears it. A toast leaves after eight seconds, but not while it is pointed at or holds focus. */

const SHOWN_MS = 8000;

const area = () => document.getElementById("notices");

export function toast(text) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = text;
  document.getElementById("toasts").append(note);
  dismissLater(note);
}

function dismissLater(note) {
  setTimeout(() => {
    if (note.matches(":hover, :focus-within")) dismissLater(note);
    else note.remove();
  }, SHOWN_MS);
}

export function notices(root) {
  for (const button of root.querySelectorAll("[data-dismiss]")) {
    button.hidden = false;
    button.onclick = () => button.closest("[data-problem]").remove();
  }
  for (const note of root.querySelectorAll(".toast")) dismissLater(note);
  if (root.matches?.(".toast")) dismissLater(root);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, isError } = event.detail;
  if (target === area() || (!isError && requestConfig.verb !== "get")) area()?.replaceChildren();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === area()) area().scrollIntoView({ block: "nearest" });
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const template = document.getElementById("no-answer");
    area()?.replaceChildren(template.content.cloneNode(true));
    if (area()) notices(area());
  });
}
