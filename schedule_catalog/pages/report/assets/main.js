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
addEventListener("hashchange", () => readAddress() && show());
element("minute").addEventListener("click", () => {
  chooseMinute(null);
  element("heat").focus();
});
introduce();
readAddress();
show();

function introduce() {
  element("period").textContent = `${dayAndClock(0, 0)} to ${dayAndClock(MINUTES, 0)} UTC`;
  element("colophon").textContent = `Time zones of IANA ${report.iana}.`;
  const errors = element("errors");
  errors.hidden = report.errors === 0;
  errors.textContent = `The catalog has ${plural(report.errors, "error")}; entries with errors are omitted.`;
  document.querySelector("input[value=viewer] + span").append(make("i", {}, ` (${VIEWER})`));
}

function showOrigin() {
  const stack = report.stack || chosen.stack;
  const commit = report.commit && `commit ${report.commit.slice(0, 12)}${report.edited ? " with edits" : ""}`;
  const written = `written ${new Date(report.written * 60000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const parts = [report.project && `project ${report.project}`, stack ? `stack ${stack}` : "every stack", commit, written];
  element("origin").textContent = parts.filter(Boolean).join(" · ");
}

function chooseMinute(time) {
  chosen.minute = time;
  drawHeat();
  showTable();
}

function show() {
  const rows = chosenRows();
  const counts = perMinute(rows);
  writeAddress();
  showOrigin();
  showFigures(rows, counts);
  showRates(rows.filter((row) => row.free && row.timing.calls > 0));
  showHeat(counts, chooseMinute);
  showWeek(counts);
  showTable(rows);
}

function showTable(chosen = chosenRows()) {
  const rows = sorted(atChosenMinute(chosen));
  writeAddress();
  showRows(rows);
  showCount(rows);
}

function showFigures(rows, counts) {
  const most = counts.reduce((peak, calls) => Math.max(peak, calls), 0);
  element("figure-schedules").textContent = number(names(rows));
  element("figure-calls").textContent = number(rows.reduce((sum, row) => sum + row.timing.calls, 0));
  element("figure-peak").textContent = most ? plural(most, "call") : "–";
  element("figure-marks").textContent = number(rows.filter((row) => openMarks(row) > 0).length);
}

// A schedule that differs between stacks has several rows.
function names(rows) {
  return new Set(rows.map((row) => row.name)).size;
}

function showRates(rows) {
  element("rates").hidden = rows.length === 0;
  const calls = rows.reduce((sum, row) => sum + row.timing.calls, 0);
  const mean = calls / MINUTES;
  const every = mean >= 1 ? `${mean.toFixed(1)} a minute` : `${(mean * 60).toFixed(1)} an hour`;
  element("rates-text").textContent =
    `${plural(rows.length, "rate")} without a start: about ${plural(calls, "call")} in 7 days, ${every}, ` +
    `at most ${number(rows.length)} in one minute. Their deployment decides in which minutes, so the charts do not have them.`;
}

function showCount(rows) {
  element("count").textContent = `${number(names(rows))} of ${number(report.schedules)}`;
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
