const TYPING_MILLISECONDS = 400;
let typing = 0;

// Filters are kept in the address, after the "#" that no server sees; the token never does.
function readFilters() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const status = wanted.get("status") ?? "";
  const radio = [...document.getElementsByName("status")].find((each) => each.value === status);
  (radio ?? document.getElementsByName("status")[0]).checked = true;
  byId("user-filter").value = byId("of-user").hidden ? "" : (wanted.get("user") ?? "");
  byId("task-filter").value = wanted.get("task") ?? "";
  for (const each of ["from", "to"]) byId(`due-${each}`).value = wanted.get(each) ?? "";
  byId("heartbeats").checked = wanted.has("heartbeats");
}

function chosen() {
  return {
    status: document.querySelector("input[name=status]:checked").value,
    user: byId("user-filter").value.trim(),
    task: byId("task-filter").value.trim(),
    from: byId("due-from").value,
    to: byId("due-to").value,
    heartbeats: byId("heartbeats").checked ? "1" : "",
  };
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
for (const id of ["user-filter", "task-filter"]) {
  byId(id).addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(applyFilters, TYPING_MILLISECONDS);
  });
}
for (const id of ["due-from", "due-to", "heartbeats"]) byId(id).addEventListener("change", applyFilters);
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  applyFilters();
});
byId("clear").addEventListener("click", () => {
  for (const id of ["user-filter", "task-filter", "due-from", "due-to"]) byId(id).value = "";
  document.getElementsByName("status")[0].checked = true;
  document.getElementsByName("status")[0].focus();
  applyFilters();
});
window.addEventListener("hashchange", () => {
  if (byId("board").hidden) return;
  readFilters();
  table.open(chosen());
});
