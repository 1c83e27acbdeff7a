// Calls per minute through the week, drawn by uPlot; a day is chosen from the list or by drawing over it.

let chart = null;
let weekCounts = null;

function startWeek() {
  const choose = element("day");
  choose.addEventListener("input", () => zoomToDay(Number(choose.value)));
  new ResizeObserver(() => chart && chart.setSize(weekSize())).observe(element("week"));
}

function weekSize() {
  return { width: element("week").clientWidth, height: 150 };
}

function seconds(minute) {
  return (report.from + minute) * 60;
}

function zoomToDay(nth) {
  const starts = [0, ...dayStarts(), MINUTES];
  const [first, last] = nth < 0 ? [0, MINUTES] : [starts[nth], starts[nth + 1]];
  chart.setScale("x", { min: seconds(first), max: seconds(last) });
}

function showWeek(counts) {
  weekCounts = counts;
  drawWeek();
  const most = counts.reduce((peak, calls) => Math.max(peak, calls), 0);
  const at = counts.indexOf(most);
  const text = most ? `most ${number(most)} on ${dayAndClock(at, chartOffset(at))} ${chartZone()}` : "no call";
  element("week").setAttribute("aria-label", `Calls per minute through the week: ${text}`);
  const starts = [0, ...dayStarts()];
  const days = starts.map((minute, nth) => new Option(day(wall(minute, chartOffset(minute))), nth));
  element("day").replaceChildren(new Option("the whole week", -1), ...days);
}

function drawWeek() {
  if (chart) chart.destroy();
  const times = Array.from({ length: MINUTES }, (_, minute) => seconds(minute));
  chart = new uPlot(weekOptions(), [times, Array.from(weekCounts)], element("week"));
}

function weekOptions() {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: color("--soft"), font, grid: { stroke: color("--line"), width: 1 }, ticks: { show: false } };
  const zone = (at) => (chartZone() === "UTC" ? uPlot.tzDate(new Date(at * 1000), "Etc/UTC") : new Date(at * 1000));
  return {
    ...weekSize(),
    tzDate: zone,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false } },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((at) => weekTick(zone(at))) },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000], space: 34 },
    ],
    series: [{}, { stroke: color("--accent"), fill: color("--wash"), width: 1, points: { show: false } }],
  };
}

function weekTick(date) {
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return midnight ? `${DAYS[date.getDay()]} ${date.getDate()}` : `${two(date.getHours())}:${two(date.getMinutes())}`;
}
