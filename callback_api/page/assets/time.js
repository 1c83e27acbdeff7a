const MINUTE = 60, HOUR = 3600, DAY = 86400;
const UNITS = [["second", MINUTE, 1], ["minute", HOUR, MINUTE], ["hour", 2 * DAY, HOUR], ["day", 60 * DAY, DAY], ["month", 730 * DAY, 30.44 * DAY], ["year", Infinity, 365.25 * DAY]];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const PARTS = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const THIS_YEAR = new Intl.DateTimeFormat("en-GB", PARTS);
const ANY_YEAR = new Intl.DateTimeFormat("en-GB", { ...PARTS, year: "numeric" });
const EXACT = new Intl.DateTimeFormat("en-GB", { ...PARTS, year: "numeric", second: "2-digit", timeZoneName: "short" });

// Times follow the service's clock: a viewer's may be wrong.
let ahead = 0;
const now = () => Date.now() + ahead;

function readClock(response) {
  const theirs = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isFinite(theirs)) ahead = Math.abs(theirs - Date.now()) > 5000 ? theirs - Date.now() : 0;
}

function relative(time) {
  const seconds = (time - now()) / 1000;
  if (Math.abs(seconds) < 5) return "now";
  const [unit, , size] = UNITS.find(([, limit]) => Math.abs(seconds) < limit);
  return RELATIVE.format(Math.round(seconds / size), unit);
}

function local(time) {
  const date = new Date(time);
  const format = date.getFullYear() === new Date(now()).getFullYear() ? THIS_YEAR : ANY_YEAR;
  return format.format(date);
}

const exact = (time) => EXACT.format(new Date(time));
