const dialog = byId("ask");
const yes = byId("ask-yes"), no = byId("ask-no");
const QUESTIONS = {
  cancel: {
    title: "Cancel this task?",
    text: (task) => `${nameOf(task)} of ${task.user_id}, due ${relative(Date.parse(task.scheduled_at))}, will not be done.`,
    yes: "Cancel the task", no: "Keep it", done: "is cancelled",
    request: (task) => ["DELETE", `api/v1/tasks/${encodeURIComponent(task.id)}`],
  },
  retry: {
    title: "Do this task after all?",
    text: (task) => `${nameOf(task)} of ${task.user_id} will be called again within two minutes.`,
    yes: "Retry the task", no: "Leave it", done: "will be done again",
    request: (task) => ["POST", `api/v1/tasks/${encodeURIComponent(task.id)}/retry`],
  },
};
let asked = null;

function askToChange(kind, task) {
  const question = QUESTIONS[kind];
  asked = { question, task };
  byId("ask-title").textContent = question.title;
  byId("ask-text").textContent = question.text(task);
  byId("ask-problem").textContent = "";
  yes.textContent = question.yes;
  no.textContent = question.no;
  dialog.classList.toggle("careful", kind === "cancel");
  yes.hidden = false;
  setBusy(false);
  dialog.showModal();
  no.focus();
}

async function change() {
  if (yes.getAttribute("aria-disabled") === "true") return;
  const current = asked;
  setBusy(true);
  byId("ask-problem").textContent = "";
  try {
    const task = await ask(...current.question.request(current.task));
    if (asked !== current) return;
    dialog.close();
    table.changed(task);
    say(`${nameOf(task)} ${current.question.done}.`);
  } catch (error) {
    if (error.status === 401) return signOut("This token is not valid any more.");
    if (asked === current) refused(error);
  } finally {
    setBusy(false);
    table.refresh();
  }
}

function refused(error) {
  byId("ask-problem").textContent = error.message;
  if (error.status !== 404 && error.status !== 409) return;
  // A retry would not help.
  yes.hidden = true;
  no.textContent = "Close";
  no.focus();
}

// Not `disabled`, which would lose the focus.
function setBusy(busy) {
  yes.setAttribute("aria-disabled", String(busy));
}

yes.addEventListener("click", change);
no.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => { asked = null; });
