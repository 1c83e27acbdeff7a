// Calls per minute through the week, drawn by uPlot. A long stretch shows the busiest minute of each quarter of an
// hour, a day or less every minute; a stretch is chosen from the list, or drawn with the pointer.

const FINE = 36 * 60;
let chart = null;
const week = { counts: new Uint32Array(MINUTES), from: 0, to: MINUTES };

function startWeek() {
  element("day").addEventListener("input", () => {
    const [from, to] = days()[element("day").value] || [0, MINUTES];
    showStretch(from, to);
  });
  new ResizeObserver(() => chart && chart.setSize(weekSize())).observe(element("week"));
}

// Days of the week as stretches of minutes; the first and the last are parts of a day.
function days() {
  const starts = [0, ...dayStarts()];
  return starts.map((start, nth) => [start, nth + 1 < starts.length ? starts[nth + 1] : MINUTES]);
}

function showWeek(counts) {
  week.counts = counts;
  const most = counts.reduce((peak, calls) => Math.max(peak, calls), 0);
  const at = counts.indexOf(most);
  const text = most ? `most ${number(most)} on ${dayAndClock(at, chartOffset(at))} ${chartZone()}` : "no call";
  element("week").setAttribute("aria-label", `Calls per minute through the week: ${text}`);
  const names = days().map(([start], nth) => new Option(day(wall(start, chartOffset(start))), nth));
  element("day").replaceChildren(new Option("The whole week", ""), ...names);
  showStretch(0, MINUTES);
}

function showStretch(from, to) {
  Object.assign(week, { from, to });
  drawWeek();
}

function drawWeek() {
  if (chart) chart.destroy();
  chart = new uPlot(weekOptions(), weekData(), element("week"));
  const what = week.to - week.from > FINE ? "the busiest minute of each quarter of an hour" : "every minute";
  element("week-caption").textContent = `Calls per minute, ${what}, ${chartZone()}`;
}

function weekSize() {
  return { width: element("week").clientWidth, height: 140 };
}

function weekData() {
  const step = week.to - week.from > FINE ? 15 : 1;
  const times = [];
  const peaks = [];
  for (let minute = week.from; minute < week.to; minute += step) {
    times.push((report.from + minute) * 60);
    peaks.push(Math.max(...week.counts.subarray(minute, minute + step)));
  }
  return [times, peaks];
}

function weekOptions() {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: color("--soft"), font, grid: { stroke: color("--line"), width: 1 }, ticks: { show: false } };
  const zone = (at) => (chartZone() === "UTC" ? uPlot.tzDate(new Date(at * 1000), "Etc/UTC") : new Date(at * 1000));
  return {
    ...weekSize(),
    tzDate: zone,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    hooks: { setSelect: [chooseStretch] },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
    axes: [
      { ...axis, ...dayTicks(), size: 28, values: (_, ticks) => ticks.map((at) => weekTick(zone(at))) },
      { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000], space: 34 },
    ],
    series: [
      {},
      { fill: color("--bar"), width: 0, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) },
    ],
  };
}

// A long stretch is divided only by days.
function dayTicks() {
  if (week.to - week.from <= FINE) return {};
  const ticks = dayStarts().filter((minute) => minute > week.from && minute < week.to - 180);
  return { splits: () => ticks.map((minute) => (report.from + minute) * 60) };
}

function chooseStretch(drawn) {
  if (drawn.select.width < 8) return;
  const minuteAt = (left) => Math.floor(drawn.posToVal(left, "x") / 60) - report.from;
  const from = Math.max(0, minuteAt(drawn.select.left));
  const to = Math.min(MINUTES, minuteAt(drawn.select.left + drawn.select.width) + 1);
  // Not while the chart is drawing.
  setTimeout(() => {
    const list = element("day");
    if (!list.querySelector("[value=stretch]")) list.append(new Option("A stretch", "stretch"));
    list.value = "stretch";
    showStretch(from, Math.max(to, from + 10));
  });
}

function weekTick(date) {
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  const number = element("week").clientWidth > 560 ? ` ${date.getDate()}` : "";
  return midnight ? `${DAYS[date.getDay()]}${number}` : `${two(date.getHours())}:${two(date.getMinutes())}`;
}
