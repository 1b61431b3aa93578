/* `data-print` on a button: the browser's own print dialog. Hidden where there is no script. */

export function printButtons(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => print();
  }
}
