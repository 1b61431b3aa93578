/* What HTML, CSS and htmx cannot do alone. Each module finds its own elements, most by a data attribute,
   at once and again in whatever htmx swaps in; a page without them costs nothing. */

import { copyButtons } from "./copy.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { menus } from "./menus.js";
import { notices } from "./notices.js";
import { printButtons } from "./print.js";
import { tabs } from "./tabs.js";
import { themeToggles } from "./theme.js";

async function charts(root) {
  if (root.querySelector("[data-chart]") || root.matches?.("[data-chart]")) {
    const { mountCharts } = await import("./charts.js");
    await mountCharts(root);
  }
}

function enhance(root) {
  copyButtons(root);
  printButtons(root);
  tabs(root);
  themeToggles(root);
  notices(root);
  live(root);
  charts(root);
}

keys(document);
menus(document);
enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
