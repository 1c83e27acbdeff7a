// Table: the document contains only the rows near the window, and two spacers for the others.

const OVERSCAN = 10;
const PRINTED = 1000;
// A screen reader, which does not scroll, finds rows at any position of the window.
const FIRST = 20;
const table = { rows: [], drawn: new Map(), lines: new Map(), days: "", printing: false, open: null };
const above = make("tr");
const below = make("tr");

function startTable(open, resorted) {
  table.open = open;
  for (const spacer of [above, below]) {
    spacer.setAttribute("aria-hidden", "true");
    spacer.className = "spacer";
  }
  element("rows").append(above, below);
  addEventListener("scroll", drawRows, { passive: true });
  addEventListener("resize", redrawRows);
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => resorted(button.dataset.sort));
  }
  element("sort").addEventListener("input", () => resorted(element("sort").value));
  element("rows").addEventListener("keydown", moveFocus);
  // The head of the table sticks below the filters, which may take several lines.
  new ResizeObserver(([{ borderBoxSize }]) => {
    document.documentElement.style.setProperty("--filters", `${borderBoxSize[0].blockSize}px`);
  }).observe(element("filters"));
}

function showRows(rows) {
  table.rows = rows;
  table.days = dayStarts().map((minute) => `M${(minute / 15).toFixed(1)} 0v20`).join("");
  element("schedules").setAttribute("aria-rowcount", rows.length + 1);
  element("empty").hidden = rows.length > 0;
  element("schedules").hidden = rows.length === 0;
  for (const button of document.querySelectorAll("[data-sort]")) {
    const direction = order.down ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", button.dataset.sort === order.key ? direction : "none");
  }
  element("sort").value = order.key;
  showTableCaption();
  drawAxis();
  redrawRows();
}

function drawAxis() {
  // The end of the last day has no room for a name.
  const named = dayStarts().filter((minute) => minute < 0.93 * MINUTES);
  const labels = named.map((minute) => {
    const label = make("span", {}, DAYS[wall(minute, chartOffset(minute)).getUTCDay()]);
    label.style.left = `${(minute / MINUTES) * 100}%`;
    return label;
  });
  element("axis").replaceChildren(...labels);
}

function redrawRows() {
  for (const row of table.drawn.values()) row.remove();
  table.drawn.clear();
  drawRows();
}

function print(printing) {
  table.printing = printing;
  showTableCaption();
  redrawRows();
}

function showTableCaption() {
  const zone = { schedule: "Times in each schedule’s zone", viewer: `Times in ${VIEWER}`, utc: "Times in UTC" }[zoneMode];
  const cut = table.printing && table.rows.length > PRINTED;
  const part = cut ? `, the first ${number(PRINTED)} of ${number(table.rows.length)}` : "";
  element("table-caption").textContent = zone + part;
}

function range() {
  if (table.printing) return [0, Math.min(table.rows.length, PRINTED)];
  const top = element("rows").getBoundingClientRect().top;
  const first = Math.floor(-top / rowHeight()) - OVERSCAN;
  const last = Math.ceil((innerHeight - top) / rowHeight()) + OVERSCAN;
  const within = (index) => Math.max(0, Math.min(index, table.rows.length));
  return first <= 0 ? [0, within(Math.max(last, FIRST))] : [within(first), within(last)];
}

function rowHeight() {
  return parseFloat(color("--row"));
}

function drawRows() {
  const [first, last] = range();
  for (const [index, row] of table.drawn) {
    if (index >= first && index < last) continue;
    row.remove();
    table.drawn.delete(index);
  }
  let after = above;
  for (let index = first; index < last; index++) {
    let row = table.drawn.get(index);
    if (!row) {
      row = drawnRow(table.rows[index], index);
      table.drawn.set(index, row);
      after.after(row);
    }
    after = row;
  }
  above.style.height = table.printing ? "0" : `${first * rowHeight()}px`;
  below.style.height = table.printing ? "0" : `${(table.rows.length - last) * rowHeight()}px`;
}

function drawnRow(row, index) {
  const drawn = element("row").content.firstElementChild.cloneNode(true);
  const part = (selector) => drawn.querySelector(selector);
  drawn.setAttribute("aria-rowindex", index + 2);
  drawn.dataset.index = index;
  part(".name button").textContent = row.name;
  part(".name button").addEventListener("click", () => table.open(row));
  part(".name small").textContent = [row.stacks ? row.stacks.join(", ") : "", row.description].filter(Boolean).join(" · ");
  part(".owner").textContent = row.owner;
  part(".when code").textContent = row.expression;
  part(".when small").textContent = row.timezone;
  const [next, ...later] = row.timing.upcoming;
  part(".next span").textContent = !next ? row.state || "never" : row.free ? "not known" : dayAndClock(next.minute, fireOffset(next));
  part(".next small").textContent = row.free ? (next ? "its deployment decides" : "") : later.slice(0, 2).map(shortTime(next)).join(" · ");
  drawn.classList.toggle("idle", !next);
  const left = row.timing.leftOut.reduce((sum, { count }) => sum + count, 0);
  const omitted = left ? `, ${number(left)} left out` : "";
  part("svg").setAttribute("aria-label", `${plural(row.timing.calls, "call")} in 7 days${omitted}`);
  part(".days").setAttribute("d", table.days);
  const { bars, ticks, dense, left: gaps } = row.free ? bandOf(row.timing) : line(row.timing);
  part(".free").setAttribute("d", row.free ? bars : "");
  part(".left").setAttribute("d", gaps);
  part(".bars").setAttribute("d", row.free ? "" : bars);
  part(".ticks").setAttribute("d", ticks);
  part(".ticks").classList.toggle("dense", dense);
  part(".calls").textContent = number(row.timing.calls);
  part(".marks").append(...marksOf(row));
  return drawn;
}

// A later fire of the same day needs no date, one of the same week no month.
function shortTime(next) {
  return (fire) => {
    const first = wall(next.minute, fireOffset(next));
    const date = wall(fire.minute, fireOffset(fire));
    if (day(date) === day(first)) return clock(date);
    if (fire.minute - next.minute >= MINUTES) return day(date);
    return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()}, ${clock(date)}`;
  };
}

function marksOf(row) {
  if (!row.marks.length) return [];
  const open = openMarks(row);
  const text = open ? plural(open, "hazard") : "accepted";
  return [make("span", { className: open ? "mark" : "mark accepted", title: row.marks.map((mark) => mark.rule).join(", ") }, text)];
}

// The fires of a week by quarters of an hour: neighbours joined to a bar, the others ticks, thin where they crowd; what is
// left out is an outline.
function line(timing) {
  if (!table.lines.has(timing)) {
    const left = lineOf(quartersOf(timing.leftOut));
    table.lines.set(timing, { ...lineOf(quartersOf(timing.runs)), left: left.bars + left.ticks });
  }
  return table.lines.get(timing);
}

// A rate that counts from its deployment has no known quarter of an hour, only the time in which it fires.
function bandOf(timing) {
  const end = ({ first, step, count }) => Math.min(MINUTES, first + step * count) / 15;
  const bars = timing.runs.map((run) => `M${(run.first / 15).toFixed(1)} 10H${end(run).toFixed(1)}`).join("");
  return { bars, ticks: "", dense: false, left: line(timing).left };
}

function quartersOf(runs) {
  const quarters = new Uint8Array(MINUTES / 15 + 1);
  for (const { first, step, count } of runs) {
    for (let nth = 0, minute = first; nth < count; nth++, minute += step) quarters[Math.floor(minute / 15)] = 1;
  }
  return quarters;
}

function lineOf(quarters) {
  let bars = "";
  let ticks = "";
  let count = 0;
  for (let from = 0; from < MINUTES / 15; from++) {
    if (!quarters[from]) continue;
    let to = from;
    while (quarters[to]) to++;
    if (to - from > 1) bars += `M${from} 0h${to - from}v20H${from}z`;
    else ticks += `M${from + 0.5} 0v20`;
    count++;
    from = to;
  }
  return { bars, ticks, dense: count > 84 };
}

function moveFocus(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  if (!(event.key in steps)) return;
  const from = Number(event.target.closest("tr").dataset.index);
  const to = Math.max(0, Math.min(table.rows.length - 1, from + steps[event.key]));
  event.preventDefault();
  focusRow(to);
}

function focusRow(index) {
  const top = element("rows").getBoundingClientRect().top + index * rowHeight();
  const covered = element("filters").getBoundingClientRect().height + rowHeight();
  if (top < covered) scrollBy({ top: top - covered, behavior: "instant" });
  else if (top > innerHeight - 2 * rowHeight()) scrollBy({ top: top - innerHeight + 2 * rowHeight(), behavior: "instant" });
  drawRows();
  table.drawn.get(index).querySelector("button").focus({ preventScroll: true });
}
