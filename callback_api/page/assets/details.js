const details = byId("details");
let detailed = null;

function openDetails(task) {
  detailed = task.id;
  showDetails(task);
  details.showModal();
  details.scrollTop = 0;
}

// Also while it is open, when the task has changed.
function showDetails(task) {
  if (detailed !== task.id) return;
  setText(byId("details-name"), nameOf(task));
  const facts = [
    ["Status", word(task.status)], ["User", task.user_id], ["Due", moment(task.scheduled_at)], ["Attempts", String(task.attempts)],
    ["Made", moment(task.created_at)], ["Changed", moment(task.updated_at)], ["Id", task.id], ["Key", task.key], ["Schedule", task.schedule_arn],
  ].filter(([, value]) => value !== null);
  fillFacts(facts);
  const error = byId("details-error");
  error.hidden = task.error === null;
  setText(error, task.error ?? "");
  setText(byId("details-data"), json(task.data, 2));
  byId("details-outcome").hidden = task.status !== "COMPLETED";
  setText(byId("details-result"), json(task.result, 2));
}

function fillFacts(facts) {
  const list = byId("facts");
  const terms = facts.map(([term]) => term).join();
  if (list.dataset.terms !== terms) {
    list.replaceChildren(...facts.flatMap(([term]) => [element("dt", "", term), element("dd")]));
    list.dataset.terms = terms;
  }
  const values = list.querySelectorAll("dd");
  facts.forEach(([, value], index) => setText(values[index], value));
}

function moment(text) {
  const time = Date.parse(text);
  return `${exact(time)} (${relative(time)})`;
}

byId("details-close").addEventListener("click", () => details.close());
details.addEventListener("close", () => { detailed = null; });
details.addEventListener("click", (event) => { if (event.target === details) details.close(); });
