// Filter and order of the rows.

const SORTS = {
  name: ["Schedule", (row) => row.name],
  owner: ["Owner", (row) => row.owner],
  next: ["Next fires", nextFire],
  calls: ["Calls, 7 d", (row) => row.timing.calls],
  marks: ["Hazards", (row) => openMarks(row) * 1000 + row.marks.length],
};
const chosen = { search: "", owner: "", stack: "", marked: false, minute: null };
const order = { key: "next", down: false };
const STACKS = [...new Set(report.rows.flatMap((row) => row.stacks || []))].sort();

// One stack, as their sum is the load of no system: the one with the most calls.
const FIRST_STACK = report.stack !== null || STACKS.length === 0 ? "" : STACKS.reduce((most, stack) => (callsOf(stack) > callsOf(most) ? stack : most));

function callsOf(stack) {
  return report.rows.reduce((sum, row) => sum + (isOf(row, stack) ? row.timing.calls : 0), 0);
}

function isOf(row, stack) {
  return !stack || !row.stacks || row.stacks.includes(stack);
}

// Rates that count from their deployment come after all known times, and before what never fires.
function nextFire(row) {
  if (!row.timing.upcoming.length) return Infinity;
  return row.free ? Number.MAX_SAFE_INTEGER : row.timing.upcoming[0].minute;
}

function openMarks(row) {
  return row.marks.filter((mark) => !mark.accepted).length;
}

function chosenRows() {
  const words = chosen.search.toLowerCase().split(/\s+/).filter(Boolean);
  return report.rows.filter(
    (row) =>
      words.every((word) => row.text.includes(word)) &&
      (!chosen.owner || row.owner === chosen.owner) &&
      isOf(row, chosen.stack) &&
      (!chosen.marked || row.marks.length > 0),
  );
}

// The minute filters only the table: the charts still show the minutes around it.
function atChosenMinute(rows) {
  if (chosen.minute === null) return rows;
  const minutes = minutesAt(chosen.minute);
  return rows.filter((row) => !row.free && firesIn(row.timing, minutes));
}

function sorted(rows) {
  const value = SORTS[order.key][1];
  const sign = order.down ? -1 : 1;
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return rows.slice().sort((a, b) => sign * compare(value(a), value(b)) || compare(a.name, b.name) || a.index - b.index);
}

// Numbers start with the highest.
function sortBy(key) {
  order.down = order.key === key ? !order.down : key === "calls" || key === "marks";
  order.key = key;
}

function startFilters(changed) {
  fill("owner", [...new Set(report.rows.map((row) => row.owner))].sort());
  element("stacks").hidden = report.stack !== null || STACKS.length < 2;
  fill("stack", STACKS);
  for (const [key, [label]] of Object.entries(SORTS)) element("sort").append(new Option(`Sort: ${label}`, key));
  const read = (id, property, key = "value") =>
    element(id).addEventListener("input", () => {
      chosen[property] = element(id)[key];
      changed();
    });
  read("search", "search");
  read("owner", "owner");
  read("stack", "stack");
  read("marked", "marked", "checked");
  element("filters").addEventListener("submit", (event) => event.preventDefault());
  element("clear").addEventListener("click", () => {
    element("filters").reset();
    Object.assign(chosen, { search: "", owner: "", stack: FIRST_STACK, marked: false, minute: null });
    showFilters();
    changed();
    element("search").focus();
  });
}

// The controls as they are chosen: after the address was read, and after all was cleared.
function showFilters() {
  for (const id of ["search", "owner", "stack"]) element(id).value = chosen[id];
  element("marked").checked = chosen.marked;
}

function fill(id, values) {
  for (const value of values) element(id).append(new Option(value, value));
}
