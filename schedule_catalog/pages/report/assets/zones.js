// Displayed times: in the schedule's zone (whose offsets come with the data), the viewer's, or UTC.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const VIEWER = Intl.DateTimeFormat().resolvedOptions().timeZone || "your zone";

let zoneMode = "schedule";

function setZone(mode) {
  zoneMode = mode;
}

// Charts show many schedules at once, which have different zones.
function chartZone() {
  return zoneMode === "viewer" ? VIEWER : "UTC";
}

function chartOffset(minute) {
  return zoneMode === "viewer" ? viewerOffset(minute) : 0;
}

function viewerOffset(minute) {
  return -new Date((report.from + minute) * 60000).getTimezoneOffset();
}

function fireOffset(fire, mode = zoneMode) {
  if (mode === "schedule") return fire.offset;
  return mode === "viewer" ? viewerOffset(fire.minute) : 0;
}

// Date whose UTC fields have the wall time.
function wall(minute, offset) {
  return new Date((report.from + minute + offset) * 60000);
}

function two(number) {
  return String(number).padStart(2, "0");
}

function clock(date) {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

function day(date) {
  const year = date.getUTCFullYear() === wall(0, 0).getUTCFullYear() ? "" : ` ${date.getUTCFullYear()}`;
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year}`;
}

function dayAndClock(minute, offset) {
  const date = wall(minute, offset);
  return `${day(date)}, ${clock(date)}`;
}

function offsetName(offset) {
  if (offset === 0) return "UTC";
  const size = Math.abs(offset);
  return `UTC${offset < 0 ? "−" : "+"}${Math.floor(size / 60)}${size % 60 ? `:${two(size % 60)}` : ""}`;
}

// Minutes of the week at which a day begins in the zone of the charts, the first hours of today before them.
function dayStarts() {
  const starts = [];
  let before = null;
  for (let minute = 0; minute < MINUTES; minute += 15) {
    const date = wall(minute, chartOffset(minute)).getUTCDate();
    if (before !== null && date !== before) starts.push(minute - minutesPast(minute));
    before = date;
  }
  return starts;
}

function minutesPast(minute) {
  const date = wall(minute, chartOffset(minute));
  return (date.getUTCHours() * 60 + date.getUTCMinutes()) % 15;
}
