/* Menus are <details class="drop">: they open without script. This closes them again: on Escape,
   returning focus, and on a click or a tab elsewhere. */

const OPEN = "details.drop[open]";

export function menus(document) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(OPEN)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const leaving of ["pointerdown", "focusin"]) {
    document.addEventListener(leaving, (event) => {
      for (const menu of document.querySelectorAll(OPEN)) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
  }
}
