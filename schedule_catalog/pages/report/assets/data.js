// Data of the page, unpacked: `report.rows` has objects, `report.timings` their fires.

const MINUTES = 7 * 24 * 60;
const report = unpacked(JSON.parse(element("data").textContent));

function element(id) {
  return document.getElementById(id);
}

function unpacked(data) {
  const timings = data.timings.map(([calls, monthly, flat, upcoming, left]) => {
    return { calls, monthly, runs: absolute(flat), upcoming: pairs(upcoming), leftOut: absolute(left || []) };
  });
  const rows = data.rows.map((row, index) => ({ ...row, index, marks: row.marks || [], timing: timings[row.timing] }));
  for (const row of rows) row.text = searchable(row);
  return { ...data, timings, rows };
}

// A run is (first, step, count); its first minute is relative to the last one of the previous run.
function absolute(flat) {
  const runs = [];
  let last = 0;
  for (let at = 0; at < flat.length; at += 3) {
    const first = last + flat[at];
    runs.push({ first, step: flat[at + 1], count: flat[at + 2] });
    last = first + flat[at + 1] * (flat[at + 2] - 1);
  }
  return runs;
}

function pairs(flat) {
  const found = [];
  for (let at = 0; at < flat.length; at += 2) found.push({ minute: flat[at], offset: flat[at + 1] });
  return found;
}

function searchable(row) {
  const marks = row.marks.map((mark) => mark.rule);
  const words = [row.name, row.owner, row.description, row.expression, row.timezone, row.target, row.state, ...marks];
  return words.filter(Boolean).join("\n").toLowerCase();
}

// Number of rows that fire in each minute of the week. Rows with the same fires are counted once, with their weight. A
// rate that counts from its deployment is in no minute: which ones are its own is not known.
function perMinute(rows) {
  const weights = new Map();
  for (const { timing, free } of rows) if (!free) weights.set(timing, (weights.get(timing) || 0) + 1);
  const counts = new Uint32Array(MINUTES);
  for (const [timing, weight] of weights) {
    for (const { first, step, count } of timing.runs) {
      for (let nth = 0, minute = first; nth < count; nth++, minute += step) counts[minute] += weight;
    }
  }
  return counts;
}

function firesIn(timing, minutes) {
  return timing.runs.some(({ first, step, count }) =>
    minutes.some((minute) => {
      const past = minute - first;
      return past === 0 || (past > 0 && step > 0 && past % step === 0 && past / step < count);
    }),
  );
}
