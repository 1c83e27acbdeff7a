// Heat map: hours down, minutes across; each cell is the busiest of the week's days at that minute of the day.

const LEVELS = 6;
const LEFT = 26;
const TOP = 18;
const heat = { peaks: new Uint32Array(1440), days: new Int32Array(1440), least: 0, most: 0, at: null, width: 0, height: 0 };

function ofDay(minute) {
  const date = wall(minute, chartOffset(minute));
  return date.getUTCHours() * 60 + date.getUTCMinutes();
}

function minutesAt(time) {
  const found = [];
  for (let minute = 0; minute < MINUTES; minute++) if (ofDay(minute) === time) found.push(minute);
  return found;
}

// The offset is looked up once per quarter of an hour, the finest step of clock changes.
function foldIntoDay(counts) {
  heat.peaks.fill(0);
  heat.days.fill(-1);
  let local = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    if (minute === 0 || (report.from + minute) % 15 === 0) local = report.from + minute + chartOffset(minute) - minute;
    const time = (((local + minute) % 1440) + 1440) % 1440;
    if (counts[minute] > heat.peaks[time]) {
      heat.peaks[time] = counts[minute];
      heat.days[time] = minute;
    }
  }
  heat.most = heat.peaks.reduce((most, peak) => Math.max(most, peak), 0);
  heat.least = heat.peaks.reduce((least, peak) => (peak ? Math.min(least, peak) : least), heat.most);
}

// Between the quietest minute with a call and the busiest; the root keeps a single peak from hiding the rest.
function level(calls) {
  if (calls === 0) return 0;
  if (heat.most <= LEVELS) return calls;
  const share = (calls - heat.least) / Math.max(1, heat.most - heat.least);
  return Math.min(LEVELS, 1 + Math.floor(Math.sqrt(share) * LEVELS));
}

function drawHeat() {
  const canvas = element("heat");
  const ratio = devicePixelRatio || 1;
  heat.width = canvas.clientWidth;
  heat.height = canvas.clientHeight;
  canvas.width = Math.round(heat.width * ratio);
  canvas.height = Math.round(heat.height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  drawScaleOfDay(context);
  const colors = Array.from({ length: LEVELS + 1 }, (_, nth) => color(`--heat-${nth}`));
  for (let time = 0; time < 1440; time++) {
    const { x, y, width, height } = cell(time);
    context.fillStyle = colors[level(heat.peaks[time])];
    context.fillRect(x, y, width, height);
  }
  for (const [time, stroke] of [[chosen.minute, color("--ink")], [heat.at, color("--accent")]]) {
    if (time === null) continue;
    const { x, y, width, height } = cell(time);
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 1, width + 2, height + 2);
  }
}

function drawScaleOfDay(context) {
  context.fillStyle = color("--soft");
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "middle";
  for (let hour = 0; hour < 24; hour += 3) {
    const { y, height } = cell(hour * 60);
    context.fillText(two(hour), 0, y + height / 2);
  }
  for (let minute = 0; minute < 60; minute += 15) context.fillText(`:${two(minute)}`, cell(minute).x, TOP / 2 - 2);
}

function cell(time) {
  const wide = (heat.width - LEFT) / 60;
  const tall = (heat.height - TOP) / 24;
  const gap = wide > 6 ? 1.5 : 1;
  return {
    x: LEFT + (time % 60) * wide,
    y: TOP + Math.floor(time / 60) * tall,
    width: wide - gap,
    height: tall - gap,
  };
}

function timeAt(event) {
  const minute = Math.floor((event.offsetX - LEFT) / ((heat.width - LEFT) / 60));
  const hour = Math.floor((event.offsetY - TOP) / ((heat.height - TOP) / 24));
  return minute >= 0 && minute < 60 && hour >= 0 && hour < 24 ? hour * 60 + minute : null;
}

function reading(time) {
  const name = `${two(Math.floor(time / 60))}:${two(time % 60)} ${chartZone()}`;
  if (!heat.peaks[time]) return `${name}: no call`;
  const date = wall(heat.days[time], chartOffset(heat.days[time]));
  return `${name}: ${plural(heat.peaks[time], "call")} on ${day(date)}`;
}

function pointAt(time) {
  if (time === heat.at) return;
  heat.at = time;
  element("heat-reading").textContent = time === null ? "" : reading(time);
  drawHeat();
}

function startHeat(choose) {
  const canvas = element("heat");
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -60, ArrowDown: 60 };
  canvas.addEventListener("pointermove", (event) => pointAt(timeAt(event)));
  canvas.addEventListener("pointerleave", () => pointAt(null));
  canvas.addEventListener("blur", () => pointAt(null));
  canvas.addEventListener("click", (event) => timeAt(event) !== null && choose(timeAt(event)));
  canvas.addEventListener("keydown", (event) => {
    if (event.key in steps) pointAt(heat.at === null ? busiest(1)[0] || 0 : (heat.at + steps[event.key] + 1440) % 1440);
    else if ((event.key === "Enter" || event.key === " ") && heat.at !== null) choose(heat.at);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(drawHeat).observe(canvas);
}

function busiest(count) {
  const times = [];
  for (let time = 0; time < 1440; time++) if (heat.peaks[time]) times.push(time);
  return times.sort((a, b) => heat.peaks[b] - heat.peaks[a] || a - b).slice(0, count);
}

function showHeat(counts, choose) {
  foldIntoDay(counts);
  drawHeat();
  const [first] = busiest(1);
  const most = first === undefined ? "no call in the week" : `most at ${reading(first)}`;
  element("heat").setAttribute("aria-label", `Heat map of calls per minute of the day: ${most}`);
  element("heat-caption").textContent = `The busiest of the seven days at each minute, ${chartZone()}`;
  element("busiest").replaceChildren(...busiest(8).map((time) => busiestRow(time, choose)));
  showScale();
}

function busiestRow(time, choose) {
  const button = make("button", { type: "button" }, `${two(Math.floor(time / 60))}:${two(time % 60)}`);
  button.setAttribute("aria-label", `Show the schedules that fire at ${button.textContent}`);
  button.addEventListener("click", () => choose(time));
  const date = day(wall(heat.days[time], chartOffset(heat.days[time])));
  const row = make("tr");
  row.append(make("td"), make("td", {}, date), make("td", { className: "number" }, number(heat.peaks[time])));
  row.firstChild.append(button);
  return row;
}

function showScale() {
  const cells = Array.from({ length: LEVELS + 1 }, (_, nth) => {
    const swatch = make("i");
    swatch.style.backgroundColor = `var(--heat-${nth})`;
    return swatch;
  });
  const [none, ...some] = cells;
  const lowest = heat.most > LEVELS ? number(heat.least) : "1";
  const highest = heat.most > LEVELS ? number(heat.most) : String(LEVELS);
  const label = (text) => make("span", {}, text);
  element("heat-scale").replaceChildren(label("0"), none, label(lowest), ...some, label(highest));
}
