/* Where tabs are wider than the screen, the one that the page belongs to is scrolled into view. */

export function tabs(root) {
  for (const here of root.querySelectorAll(".tabs > [aria-current]")) {
    const list = here.parentElement;
    const offset = here.getBoundingClientRect().left - list.getBoundingClientRect().left;
    list.scrollLeft += offset - (list.clientWidth - here.offsetWidth) / 2;
  }
}
