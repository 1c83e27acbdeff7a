// Landmarks that the theme leaves without a name of their own: the path above a page, and the buttons of each code block.
const name = () => {
  document.querySelector("nav.md-path")?.setAttribute("aria-label", "Path");
  for (const each of document.querySelectorAll("nav.md-code__nav:not([aria-label])"))
    each.setAttribute("aria-label", `Sample ${each.parentElement.id.replace("__code_", "")}`);
};
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
name();
