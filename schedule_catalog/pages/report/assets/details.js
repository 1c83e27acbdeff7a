// All facts about one schedule, in a dialog.

function startDetails() {
  const dialog = element("details");
  element("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

function openDetails(row) {
  element("details-title").textContent = row.name;
  element("details-body").replaceChildren(...detailParts(row).filter(Boolean));
  element("details").showModal();
}

function detailParts(row) {
  return [
    row.description && make("p", { className: "lead" }, row.description),
    row.state && make("p", { className: "notice" }, row.state === "disabled" ? "Disabled: it does not fire." : "Finished: it no longer fires."),
    ...row.marks.map(markPart),
    facts(row),
    row.timing.upcoming.length && !row.free ? firesTable(row) : null,
  ];
}

function markPart(mark) {
  const part = make("div", { className: mark.accepted ? "hazard accepted" : "hazard" });
  part.append(make("code", {}, mark.rule), ...mark.messages.map((message) => make("p", {}, message)));
  if (mark.accepted) part.append(make("p", {}, `Accepted: ${mark.accepted}`));
  return part;
}

function facts(row) {
  const list = make("dl", { className: "facts" });
  const add = (term, value, tag = "span") => {
    if (value === undefined || value === false || value === "") return;
    const description = make("dd");
    description.append(value instanceof Node ? value : make(tag, {}, String(value)));
    list.append(make("dt", {}, term), description);
  };
  add("Owner", row.owner);
  add("Stacks", row.stacks ? row.stacks.join(", ") : "every stack");
  add("Timing", row.expression, "code");
  add("Counts", row.free && "from its deployment, which decides its minutes");
  add("Zone", row.timezone);
  add("From", row.start);
  add("Until", row.end);
  add("Paused until", row.pause);
  add("Not on", row.notOn && row.notOn.join(", "));
  add("Freezes", row.freezes && row.freezes.join(", "));
  add("In freezes", row.firesInFreezes && `fires all the same: ${row.firesInFreezes}`);
  add("Window", row.window && `up to ${plural(row.window, "minute")} later`);
  add("Calls", row.target, "code");
  add("Volume", `${plural(row.timing.calls, "call")} in 7 days, about ${number(row.timing.monthly)} a month`);
  add("Overlap", row.overlap);
  for (const [label, value] of Object.entries(row.labels || {})) add(label, value);
  add("Runbook", row.runbook && link(row.runbook));
  add("Defined in", row.place, "code");
  return list;
}

// Only a web address becomes a link.
function link(address) {
  if (!/^https?:\/\//i.test(address)) return make("span", {}, address);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}

function firesTable(row) {
  const fires = make("table", { className: "fires" });
  fires.append(make("caption", {}, "Next fires"));
  const head = fires.createTHead().insertRow();
  const titles = { schedule: row.timezone, viewer: `Yours (${VIEWER})`, utc: "UTC" };
  const modes = Object.keys(titles).filter((mode) => mode === "utc" || titles[mode] !== "UTC");
  for (const mode of modes) head.append(make("th", { scope: "col" }, titles[mode]));
  const body = fires.createTBody();
  for (const fire of row.timing.upcoming) {
    const line = body.insertRow();
    for (const mode of modes) {
      const offset = fireOffset(fire, mode);
      const cell = line.insertCell();
      cell.append(dayAndClock(fire.minute, offset));
      if (mode === "schedule") cell.append(make("small", {}, ` ${offsetName(offset)}`));
    }
  }
  return fires;
}
