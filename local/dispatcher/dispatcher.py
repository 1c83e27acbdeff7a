"""EventBridge Scheduler's decisions: what fires now, what is tried again, what is done.

Everything that it touches is given to it: the clock, the chance, the Scheduler API, the target, the journal. It has no
thread and never sleeps, so the same code runs in real time and in simulated time.
"""

from __future__ import annotations

import queue
import random
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from local.dispatcher.notice import Notice, NoticeKind
from local.dispatcher.occurrence import CATCH_UP
from local.dispatcher.roster import Roster
from local.dispatcher.run import Run, RunState
from local.dispatcher.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from local.dispatcher.interfaces import Clock, Notify, Source, Target
    from local.dispatcher.journal import Journal
    from local.dispatcher.schedule import Schedule

# A target that never says what became of an event is not sent it for ever.
MOST_RECOVERIES = 2
TIDIED_AT_ONCE = 5


class Dispatcher:
    """One scheduler; `clock` answers aware instants, `identifier` a new execution id.

    `probe` is called with the name of each step that no transaction marks; tests kill the process there.
    """

    def __init__(
        self,
        *,
        source: Source,
        target: Target,
        journal: Journal,
        clock: Clock,
        identifier: Callable[[], str],
        notify: Notify,
        chance: random.Random | None = None,
        probe: Callable[[str], None] = lambda step: None,
    ) -> None:
        self._source = source
        self._clock = clock
        self._notify = notify
        self._probe = probe
        self._sender = Sender(target, journal, clock, identifier, notify, probe)
        self._roster = Roster(journal, notify, chance or random.Random(), self._sender)  # noqa: S311
        self._journal = journal
        self._started = False
        self._completed: deque[Schedule] = deque()
        self._answers: queue.SimpleQueue[tuple[str, datetime]] = queue.SimpleQueue()

    def refresh(self) -> None:
        """Read the schedules and take up what changed; raises `SourceError`."""
        snapshot = self._source.schedules()
        now = self._clock()
        if not self._started:
            self._journal.prune(now)
            self._sender.take(self._journal.open_runs())
        self._roster.take_up(snapshot, now)
        self._started = True
        busy = self._sender.busy()
        self._completed = deque(schedule for schedule in self._roster.completed() if schedule.arn not in busy)

    def tidy(self) -> bool:
        """Delete a few of the schedules that were completed when they were read; whether more are left.

        Raises `SourceError`. Deleting many takes long, and what falls due meanwhile comes first.
        """
        for _ in range(min(TIDIED_AT_ONCE, len(self._completed))):
            self._complete(self._completed.popleft(), self._clock())
        return bool(self._completed)

    def unanswered_since(self) -> datetime | None:
        """Start of the first run that `recover` checks; None without any."""
        return min((run.begun for run in self._journal.unanswered_runs() if run.begun is not None), default=None)

    def recover(self, finished: Callable[[Run], bool], waiting: Callable[[Run], bool] = lambda run: False) -> list[Run]:
        """Send again what a target had accepted and lost; to be called before the first `refresh`.

        AWS keeps accepted events on disk, a local emulator in memory: what it had not finished when it ended is lost.
        `finished` tells whether the target's own log knows the outcome of a run, `waiting` whether the target still has
        it, to be tried again: those are not sent, and returned.
        """
        left: list[Run] = []
        now = self._clock()
        recurring = {track.generation for track in self._journal.tracks() if track.recurring}
        for run in self._journal.unanswered_runs():
            if finished(run):
                self._journal.answer([(run.arn, run.scheduled)])
            elif waiting(run):
                left.append(run)
            elif run.attempts <= MOST_RECOVERIES and (
                run.generation not in recurring or run.scheduled >= now - CATCH_UP
            ):
                self._journal.write(replace(run, state=RunState.RETRYING, due=now))
        return left

    def answered(self, arn: str, scheduled: datetime) -> None:
        """Hear that the outcome of a run was seen; may be called by any thread."""
        self._answers.put((arn, scheduled))

    def step(self) -> datetime | None:
        """Do everything that is due; answers when something will be due next."""
        now = self._clock()
        self._note_answers()
        self._sender.take(self._roster.plan(now))
        self._sender.send(now, self._roster.delivery)
        upcoming = [*self._roster.upcoming().values(), *self._sender.wakes()]
        return min(upcoming, default=None)

    def finish(self) -> datetime | None:
        """As `step`, but no new run begins: for the end of a session."""
        self._note_answers()
        self._sender.send(self._clock(), self._roster.delivery)
        return min(self._sender.wakes(), default=None)

    def upcoming(self) -> dict[str, datetime]:
        """The next fire of each schedule that has one, by its ARN."""
        return self._roster.upcoming()

    def _note_answers(self) -> None:
        answers = [self._answers.get() for _ in range(self._answers.qsize())]
        if answers:
            self._journal.answer(answers)

    def _complete(self, schedule: Schedule, now: datetime) -> None:
        """Delete a schedule after its last run, unless its timing was changed at this moment."""
        current = self._source.current(schedule.arn)
        if current is None or (current.created, current.modified) != (schedule.created, schedule.modified):
            return
        self._probe("completing")
        self._source.delete(schedule.arn)
        self._roster.forget(schedule.arn)
        self._notify(Notice(NoticeKind.COMPLETED, now, schedule.arn))
