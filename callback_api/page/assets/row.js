const WORDS = { SCHEDULED: "Scheduled", RUNNING: "Running", COMPLETED: "Completed", FAILED: "Failed", CANCELLED: "Cancelled" };
const LATE_MILLISECONDS = 2 * 60 * 1000;
const SHOWN_CHARACTERS = 300;
const CHANGES = { SCHEDULED: ["cancel", "Cancel"], FAILED: ["retry", "Retry"] };

const word = (status) => WORDS[status] ?? status;
const nameOf = (task) => task.task || "(no name)";
const json = (value, indent) => JSON.stringify(value, null, indent) ?? "null";

// One task's row: created once, and then updated with changes.
class Row {
  constructor(id) {
    this.node = element("tr");
    this.node.dataset.id = id;
    this.name = element("button", "", "");
    this.name.type = "button";
    this.id = element("small");
    this.name.dataset.open = id;
    this.cell("name", this.name, this.id).scope = "row";
    this.status = element("span");
    this.cell("status", this.status);
    this.user = element("bdi");
    this.cell("user", this.user);
    this.due = element("time");
    this.when = element("small");
    this.cell("due", this.due, this.when);
    this.attempts = element("span");
    this.tries = element("span", "narrow");
    this.cell("attempts number", this.attempts, this.tries);
    this.outcome = element("bdi");
    this.outcomeCell = this.cell("outcome", this.outcome);
    this.act = element("button", "quiet");
    this.act.type = "button";
    this.cell("act", this.act);
  }

  cell(className, ...children) {
    const cell = element(className === "name" ? "th" : "td", className);
    cell.append(...children);
    this.node.append(cell);
    return cell;
  }

  show(task) {
    this.task = task;
    setText(this.name, nameOf(task));
    setText(this.id, task.id);
    setText(this.status, word(task.status));
    setClass(this.status, `mark ${task.status.toLowerCase()}`);
    setText(this.user, task.user_id);
    setText(this.attempts, String(task.attempts));
    setText(this.tries, task.attempts === 1 ? " attempt" : " attempts");
    this.showOutcome(task);
    this.showAct(task);
    this.tick();
  }

  showOutcome(task) {
    const failed = task.error !== null && task.status !== "COMPLETED" && task.status !== "CANCELLED";
    const result = task.result !== null && !failed ? json(task.result) : "";
    const text = !failed ? result : task.status === "FAILED" ? task.error : `Last time: ${task.error}`;
    setText(this.outcome, text.length > SHOWN_CHARACTERS ? text.slice(0, SHOWN_CHARACTERS) + "…" : text);
    setClass(this.outcome, failed ? "clip bad" : "clip plain");
    this.outcomeCell.classList.toggle("none", !text);
  }

  showAct(task) {
    const [action, label] = CHANGES[task.status] ?? ["", ""];
    const focused = document.activeElement === this.act;
    this.act.hidden = !action;
    this.act.dataset.act = action;
    setText(this.act, label);
    const full = `${label} ${nameOf(task)}`;
    if (this.act.getAttribute("aria-label") !== full) this.act.setAttribute("aria-label", full);
    if (focused && !action) this.name.focus();
  }

  // Parts that change only with time.
  tick() {
    const at = Date.parse(this.task.scheduled_at);
    const late = this.task.status === "SCHEDULED" && at < now() - LATE_MILLISECONDS;
    setText(this.due, late ? `late, ${relative(at)}` : relative(at));
    setClass(this.due, late ? "late" : "");
    if (this.due.dateTime !== this.task.scheduled_at) {
      this.due.dateTime = this.task.scheduled_at;
      this.due.title = exact(at);
    }
    setText(this.when, local(at));
  }
}
