// Filters, order and zone in the fragment of the address, so that a copied address and a reload show the same.

function writeAddress() {
  const parts = new URLSearchParams();
  if (chosen.search) parts.set("q", chosen.search);
  if (chosen.owner) parts.set("owner", chosen.owner);
  if (chosen.stack !== FIRST_STACK) parts.set("stack", chosen.stack);
  if (chosen.marked) parts.set("hazards", "1");
  if (chosen.minute !== null) parts.set("at", `${two(Math.floor(chosen.minute / 60))}:${two(chosen.minute % 60)}`);
  if (zoneMode !== "schedule") parts.set("zone", zoneMode);
  if (order.key !== "next" || order.down) parts.set("sort", `${order.down ? "-" : ""}${order.key}`);
  const text = String(parts);
  // A fragment of another kind is a place in the page, such as the table's.
  if (text === (isOurs() ? location.hash.slice(1) : "")) return;
  history.replaceState(null, "", text ? `#${text}` : location.href.split("#")[0]);
}

function isOurs() {
  return location.hash.includes("=");
}

// Whatever the page does not know, of an older one or by hand, counts as absent. Tells whether there was anything.
function readAddress() {
  if (location.hash && !isOurs()) return false;
  const parts = new URLSearchParams(location.hash.slice(1));
  const known = (name, id) => [...element(id).options].some((option) => option.value === parts.get(name));
  chosen.search = parts.get("q") || "";
  chosen.owner = known("owner", "owner") ? parts.get("owner") : "";
  chosen.stack = known("stack", "stack") ? parts.get("stack") : FIRST_STACK;
  chosen.marked = parts.get("hazards") === "1";
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(parts.get("at") || "") || [];
  chosen.minute = hours === undefined ? null : Number(hours) * 60 + Number(minutes);
  const zone = document.querySelector(`input[name=zone][value=${["viewer", "utc"].includes(parts.get("zone")) ? parts.get("zone") : "schedule"}]`);
  zone.checked = true;
  setZone(zone.value);
  const [, down, key] = /^(-?)(\w+)$/.exec(parts.get("sort") || "") || [];
  Object.assign(order, Object.hasOwn(SORTS, key || "") ? { key, down: down === "-" } : { key: "next", down: false });
  showFilters();
  return true;
}
