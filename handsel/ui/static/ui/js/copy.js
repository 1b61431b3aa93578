/* `data-copy-text` on a button: the text it copies. `data-copied`: what the toast then says.
   Without a clipboard (plain http on another host) the text beside the button is selected instead. */

import { toast } from "./notices.js";

async function copy(button) {
  const text = button.dataset.copyText;
  try {
    await navigator.clipboard.writeText(text);
    toast(button.dataset.copied);
  } catch {
    const shown = button.parentElement.querySelector("code");
    if (shown) getSelection().selectAllChildren(shown);
  }
}

export function copyButtons(root) {
  for (const button of root.querySelectorAll("[data-copy-text]")) {
    button.onclick = () => copy(button);
  }
}
