// Light and dark: the system's choice until the viewer uses the switch; stored if the browser allows it.

const systemDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : systemDark.matches;
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function startTheme(changed) {
  const button = element("theme");
  const kept = recall();
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember(theme);
    show();
    changed();
  });
  systemDark.addEventListener("change", () => {
    show();
    changed();
  });
  show();
}

// A page from a file, or in a private window, may have no storage.
function recall() {
  try {
    return localStorage.getItem("schedules-theme");
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    localStorage.setItem("schedules-theme", theme);
  } catch {
    // The choice is valid only for this view.
  }
}
