/* Light or dark. The choice is a cookie, so that the server writes `data-theme` and no page flashes. */

const YEAR_SECONDS = 365 * 24 * 60 * 60;

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function toggle() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="color-scheme"]').content = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}

export function themeToggles(root) {
  for (const button of root.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.onclick = toggle;
  }
}
