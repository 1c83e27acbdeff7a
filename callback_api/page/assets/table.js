const PAGE_SIZE = 25;
// The task of the stack's own schedule that proves each minute that schedules fire.
const HEARTBEAT = "heartbeat";
const SOONEST = 3000, LATEST = 20000, LATEST_AFTER_FAILURE = 60000;

// Current page of tasks: shown, and refreshed while it is visible.
const table = {
  rows: new Map(),
  cursors: [null],
  next: null,
  query: { status: "", user: "", task: "", from: "", to: "", heartbeats: "" },
  wait: SOONEST,
  timer: 0,
  call: null,
  loaded: 0,

  // Restart at the newest tasks of a query.
  open(query) {
    this.query = query;
    this.turnTo([null]);
  },

  turnTo(cursors) {
    this.cursors = cursors;
    this.next = null;
    this.fill([]);
    this.showTrouble("");
    byId("loading").hidden = false;
    byId("empty").hidden = byId("pages").hidden = true;
    byId("tasks").setAttribute("aria-busy", "true");
    setText(byId("fresh"), "");
    return this.refresh();
  },

  close() {
    this.stop();
    this.fill([]);
  },

  stop() {
    clearTimeout(this.timer);
    this.call?.abort();
    this.call = null;
  },

  async refresh() {
    this.stop();
    if (byId("board").hidden) return;
    const call = (this.call = new AbortController());
    try {
      const page = await ask("GET", this.address(), call.signal);
      if (this.call !== call) return;
      this.wait = this.showPage(page) ? SOONEST : Math.min(this.wait * 1.5, LATEST);
    } catch (error) {
      if (this.call !== call) return;
      if (error.status === 401) return signOut("This token is not valid any more.");
      this.failed(error);
    }
    this.call = null;
    this.plan();
  },

  address() {
    const wanted = new URLSearchParams({ limit: PAGE_SIZE });
    const cursor = this.cursors.at(-1);
    if (cursor) wanted.set("cursor", cursor);
    if (this.query.status) wanted.set("status", this.query.status);
    if (this.query.user) wanted.set("user_id", this.query.user);
    if (this.query.task) wanted.set("task", this.query.task);
    else if (!this.query.heartbeats) wanted.set("except_task", HEARTBEAT);
    for (const each of ["from", "to"]) {
      const time = new Date(this.query[each]);
      if (!Number.isNaN(time.valueOf())) wanted.set(`due_${each}`, time.toISOString());
    }
    if (this.soonest()) wanted.set("order", "due");
    return `api/v1/tasks?${wanted}`;
  },

  // What is to come is read from its beginning, everything else from its end.
  soonest() {
    return this.query.status === "SCHEDULED";
  },

  plan() {
    clearTimeout(this.timer);
    if (document.hidden || byId("board").hidden) return;
    this.timer = setTimeout(() => this.refresh(), this.moving() ? Math.min(this.wait, SOONEST) : this.wait);
  },

  // Whether a task is in progress, or about to start.
  moving() {
    if (this.trouble) return false;
    return [...this.rows.values()].some(({ task }) => {
      const due = Date.parse(task.scheduled_at) - now();
      return task.status === "RUNNING" || (task.status === "SCHEDULED" && due < 30000 && due > -LATE_MILLISECONDS);
    });
  },

  // Whether anything has changed.
  showPage({ tasks, next_cursor: next }) {
    const first = !byId("loading").hidden;
    const before = new Map([...this.rows].map(([id, { task }]) => [id, task]));
    this.loaded = Date.now();
    this.next = next;
    this.fill(tasks);
    this.showTrouble("");
    byId("loading").hidden = true;
    byId("tasks").removeAttribute("aria-busy");
    this.showEmpty(tasks.length === 0);
    this.showPages();
    this.tick();
    const changed = tasks.filter((task) => before.get(task.id)?.updated_at !== task.updated_at);
    if (first) say(tasks.length === 1 ? "One task." : `${tasks.length} tasks.`);
    else this.tell(changed.filter((task) => before.has(task.id) && before.get(task.id).status !== task.status));
    return changed.length > 0 || before.size !== tasks.length;
  },

  tell(moved) {
    if (moved.length > 3) say(`${moved.length} tasks have changed.`);
    else if (moved.length) say(moved.map((task) => `${nameOf(task)} is ${word(task.status).toLowerCase()}.`).join(" "));
  },

  changed(task) {
    const row = this.rows.get(task.id);
    if (row) row.show(task);
    showDetails(task);
  },

  // A row that stays is the same row, so that the focus and what is selected stay too.
  fill(tasks) {
    const body = byId("rows");
    const held = this.held();
    const wanted = new Map(tasks.map((task) => [task.id, this.rows.get(task.id) ?? new Row(task.id)]));
    for (const [id, row] of this.rows) if (!wanted.has(id)) row.node.remove();
    this.rows = wanted;
    let at = body.firstElementChild;
    for (const task of tasks) {
      const row = wanted.get(task.id);
      row.show(task);
      showDetails(task);
      if (row.node === at) at = at.nextElementSibling;
      else body.insertBefore(row.node, at);
    }
    if (held && !held.isConnected) (body.querySelector("button") ?? byId("tasks")).focus({ preventScroll: true });
    else if (held && document.activeElement !== held && !held.hidden) held.focus({ preventScroll: true });
  },

  held() {
    return byId("rows").contains(document.activeElement) ? document.activeElement : null;
  },

  failed(error) {
    this.wait = Math.min(Math.max(this.wait * 2, error.waitSeconds * 1000), LATEST_AFTER_FAILURE);
    byId("loading").hidden = true;
    byId("tasks").removeAttribute("aria-busy");
    const seconds = Math.round(this.wait / 1000);
    this.showTrouble(`${error.message} Trying again in ${seconds} seconds${this.rows.size ? "; what is shown may be old" : ""}.`);
    this.showPages();
  },

  showTrouble(text) {
    this.trouble = text;
    setText(byId("trouble"), text);
    byId("trouble").hidden = !text;
  },

  showEmpty(empty) {
    const { status, user, task, from, to } = this.query;
    const filtered = Boolean(status || user || task || from || to);
    byId("tasks").classList.toggle("hollow", empty);
    byId("empty").hidden = !empty;
    byId("clear").hidden = !filtered;
    const nothing = this.cursors.length > 1 ? "There are no older tasks." : "There are no tasks yet.";
    const none = filtered ? "No task is like this." : nothing;
    setText(byId("empty-text"), this.next ? "No such task among those that were read: go on." : none);
  },

  showPages() {
    const number = this.cursors.length;
    byId("pages").hidden = number === 1 && !this.next;
    byId("newer").disabled = number === 1;
    byId("older").disabled = !this.next;
    setText(byId("page-number"), `Page ${number}`);
    setText(byId("newer"), this.soonest() ? "Sooner" : "Newer");
    setText(byId("older"), this.soonest() ? "Later" : "Older");
    setText(byId("order"), `Tasks, the ${this.soonest() ? "soonest due" : "newest"} first`);
  },

  // Parts that change only with time.
  tick() {
    for (const row of this.rows.values()) row.tick();
    const seconds = Math.floor((Date.now() - this.loaded) / 1000);
    if (this.loaded && byId("loading").hidden) setText(byId("fresh"), seconds < 10 ? "Up to date" : `As of ${seconds < 60 ? `${seconds - (seconds % 10)} s` : `${Math.floor(seconds / 60)} min`} ago`);
  },
};

async function turn(cursors, button) {
  await table.turnTo(cursors);
  window.scrollTo({ top: 0 });
  if (button.disabled) byId("tasks").focus({ preventScroll: true });
  else button.focus({ preventScroll: true });
}

byId("older").addEventListener("click", () => turn([...table.cursors, table.next], byId("older")));
byId("newer").addEventListener("click", () => turn(table.cursors.slice(0, -1), byId("newer")));
byId("refresh").addEventListener("click", () => {
  table.wait = SOONEST;
  table.refresh().then(() => { if (!table.trouble) say("Up to date."); });
});
byId("rows").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button && table.rows.get(button.closest("tr").dataset.id);
  if (!row) return;
  if (button.dataset.act) askToChange(button.dataset.act, row.task);
  else openDetails(row.task);
});
document.addEventListener("visibilitychange", () => {
  if (byId("board").hidden) return;
  if (document.hidden) return table.stop();
  table.wait = SOONEST;
  table.refresh();
});
setInterval(() => { if (!document.hidden) table.tick(); }, 1000);
