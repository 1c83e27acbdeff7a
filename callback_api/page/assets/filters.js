const TYPING_MILLISECONDS = 400;
let typing = 0;

// Filters are kept in the address, after the "#" that no server sees; the token never does.
function readFilters() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const status = wanted.get("status") ?? "";
  const radio = [...document.getElementsByName("status")].find((each) => each.value === status);
  (radio ?? document.getElementsByName("status")[0]).checked = true;
  byId("user-filter").value = byId("of-user").hidden ? "" : (wanted.get("user") ?? "");
}

function chosen() {
  return { status: document.querySelector("input[name=status]:checked").value, user: byId("user-filter").value.trim() };
}

function applyFilters() {
  clearTimeout(typing);
  const query = chosen();
  const kept = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  history.replaceState(null, "", kept ? `#${kept}` : location.pathname + location.search);
  table.wait = SOONEST;
  table.open(query);
}

byId("status").addEventListener("change", applyFilters);
byId("user-filter").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(applyFilters, TYPING_MILLISECONDS);
});
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  applyFilters();
});
byId("clear").addEventListener("click", () => {
  byId("user-filter").value = "";
  document.getElementsByName("status")[0].checked = true;
  document.getElementsByName("status")[0].focus();
  applyFilters();
});
window.addEventListener("hashchange", () => {
  if (byId("board").hidden) return;
  readFilters();
  table.open(chosen());
});
