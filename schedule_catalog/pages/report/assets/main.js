// Updates of the page after a choice of the viewer.

startTheme(() => {
  drawHeat();
  drawWeek();
});
startFilters(show);
startHeat(chooseMinute);
startWeek();
startTable(openDetails, (key) => {
  sortBy(key);
  showTable();
});
startDetails();
for (const choice of document.querySelectorAll("input[name=zone]")) {
  choice.addEventListener("change", () => {
    setZone(choice.value);
    chosen.minute = null;
    show();
  });
}
element("minute").addEventListener("click", () => {
  chooseMinute(null);
  element("heat").focus();
});
introduce();
show();

function introduce() {
  element("period").textContent = `${dayAndClock(0, 0)} to ${dayAndClock(MINUTES, 0)} UTC`;
  element("colophon").textContent =
    `Time zones of IANA ${report.iana}. A rate without a start counts as if it were deployed at the beginning of the period.`;
  const errors = element("errors");
  errors.hidden = report.errors === 0;
  errors.textContent = `The catalog has ${plural(report.errors, "error")}; entries with errors are omitted.`;
  document.querySelector("input[value=viewer] + span").append(make("i", {}, ` (${VIEWER})`));
}

function chooseMinute(time) {
  chosen.minute = time;
  drawHeat();
  showTable();
}

function show() {
  const rows = chosenRows();
  const counts = perMinute(rows);
  showFigures(rows, counts);
  showHeat(counts, chooseMinute);
  showWeek(counts);
  showTable(rows);
}

function showTable(chosen = chosenRows()) {
  const rows = sorted(atChosenMinute(chosen));
  showRows(rows);
  showCount(rows);
}

function showFigures(rows, counts) {
  const most = counts.reduce((peak, calls) => Math.max(peak, calls), 0);
  element("figure-schedules").textContent = number(rows.length);
  element("figure-calls").textContent = number(rows.reduce((sum, row) => sum + row.timing.calls, 0));
  element("figure-peak").textContent = most ? plural(most, "call") : "–";
  element("figure-marks").textContent = number(rows.filter((row) => openMarks(row) > 0).length);
}

function showCount(rows) {
  element("count").textContent = `${number(rows.length)} of ${number(report.rows.length)}`;
  const chip = element("minute");
  chip.hidden = chosen.minute === null;
  if (chosen.minute === null) return;
  const name = `${two(Math.floor(chosen.minute / 60))}:${two(chosen.minute % 60)} ${chartZone()}`;
  chip.textContent = `Fires at ${name} ×`;
  chip.setAttribute("aria-label", `Remove the filter: fires at ${name}`);
}

function make(tag, properties = {}, text = "") {
  const made = Object.assign(document.createElement(tag), properties);
  if (text) made.textContent = text;
  return made;
}

function number(value) {
  return value.toLocaleString("en");
}

function plural(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}
