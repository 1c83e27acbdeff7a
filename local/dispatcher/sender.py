"""The open runs, each brought to its outcome.

Runs are sent one after the other: a target accepts an event in milliseconds, and a kill can so repeat at most the one
run that was in flight.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher.errors import DeliveryError
from local.dispatcher.event import Attempt, event_text
from local.dispatcher.notice import Notice, NoticeKind
from local.dispatcher.retry import judge
from local.dispatcher.run import Run, RunState
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from local.dispatcher.interfaces import Clock, Notify, Target
    from local.dispatcher.journal import Journal
    from local.dispatcher.schedule import Handover

BURY_AGAIN = timedelta(seconds=10)


class Sender:
    """The runs that are not final; `identifier` answers a new execution id for each attempt."""

    def __init__(
        self,
        target: Target,
        journal: Journal,
        clock: Clock,
        identifier: Callable[[], str],
        notify: Notify,
        probe: Callable[[str], None],
    ) -> None:
        self._target = target
        self._journal = journal
        self._clock = clock
        self._identifier = identifier
        self._notify = notify
        self._probe = probe
        self._open: dict[tuple[int, datetime], Run] = {}

    def take(self, runs: Iterable[Run]) -> None:
        """Take runs over that the journal already holds."""
        self._open.update({(run.generation, run.scheduled): run for run in runs})

    def drop_planned(self, arn: str) -> None:
        """Let go of the runs of a schedule that were not tried yet; the journal has dropped them or will."""
        kept = [run for run in self._open.values() if run.arn != arn or run.state is not RunState.PLANNED]
        if len(kept) < len(self._open):
            self._open = {(run.generation, run.scheduled): run for run in kept}

    def drop_late(self, arns: Collection[str], until: datetime) -> list[Run]:
        """Let go of the runs of schedules that were due by then and not tried yet, and return them."""
        late = {
            key: run
            for key, run in self._open.items()
            if run.state is RunState.PLANNED and run.due <= until and run.arn in arns
        }
        for key in late:
            del self._open[key]
        return list(late.values())

    def busy(self) -> set[str]:
        """The schedules of which a run is open."""
        return {run.arn for run in self._open.values()}

    def wakes(self) -> list[datetime]:
        """Next due time of each open run."""
        return [run.due for run in self._open.values()]

    def send(self, now: datetime, delivery: Callable[[str], Handover]) -> None:
        """Bring every due run one step further; `delivery` is asked when a run's first attempt begins."""
        reached: Run | None = None
        for run in sorted(self._open.values(), key=lambda run: (run.due, run.scheduled, run.arn)):
            if run.due <= now:
                reached = self._advance(run, reached, delivery)
        if reached is not None:
            self._write(reached)

    def _advance(self, run: Run, before: Run | None, delivery: Callable[[str], Handover]) -> Run:
        """The state that a run reaches; `before` is written together with this one's claim, to spare the disk."""
        waiting = [] if before is None else [before]
        if run.state is RunState.BURYING:
            if waiting:
                self._write(*waiting)
            reached = self._bury(run)
        else:
            claimed = self._claim(run, run.delivery or delivery(run.arn))
            self._write(*waiting, claimed)
            reached = self._attempt(claimed)
        self._probe("sent")
        return reached

    def _claim(self, run: Run, delivery: Handover) -> Run:
        """A run found in `sending` was in flight when the process died: the same attempt is made again."""
        return replace(
            run,
            state=RunState.SENDING,
            attempts=run.attempts + (run.state is not RunState.SENDING),
            execution_id=self._identifier(),
            begun=run.begun or self._clock(),
            delivery=delivery,
        )

    def _attempt(self, run: Run) -> Run:
        try:
            self._target.invoke(_of(run).target_arn, _event(run))
        except DeliveryError as error:
            return self._failed(run, error)
        self._tell(NoticeKind.ACCEPTED, run)
        return replace(run, state=RunState.ACCEPTED)

    def _failed(self, run: Run, error: DeliveryError) -> Run:
        verdict = judge(run, _of(run), error, self._clock())
        run = replace(run, error_code=error.code, error_message=error.message, exhausted=verdict.exhausted)
        if verdict.again is not None:
            self._tell(NoticeKind.RETRYING, run, str(error))
            return replace(run, state=RunState.RETRYING, due=verdict.again)
        if _of(run).dead_letter_arn is None:
            return self._dropped(run, str(error))
        return replace(run, state=RunState.BURYING, due=self._clock())

    def _bury(self, run: Run) -> Run:
        queue = _of(run).dead_letter_arn or ""
        try:
            self._target.bury(queue, _event(run), dead_letter_attributes(run), _of(run).role_arn)
        except DeliveryError as error:
            again = self._clock() + BURY_AGAIN
            if error.retryable and again < (run.begun or again) + timedelta(seconds=_of(run).max_age_seconds):
                return replace(run, due=again)
            return self._dropped(run, f"{run.error_code}: {run.error_message}; its dead-letter queue failed: {error}")
        self._tell(NoticeKind.DEAD, run, f"{run.error_code}: {run.error_message}")
        return replace(run, state=RunState.DEAD, delivery=None)

    def _dropped(self, run: Run, text: str) -> Run:
        self._tell(NoticeKind.DROPPED, run, text)
        return replace(run, state=RunState.DROPPED, delivery=None)

    def _write(self, *runs: Run) -> None:
        self._journal.write(*runs)
        for run in runs:
            if run.state.final:
                self._open.pop((run.generation, run.scheduled), None)
            else:
                self._open[run.generation, run.scheduled] = run

    def _tell(self, kind: NoticeKind, run: Run, text: str = "") -> None:
        self._notify(Notice(kind, self._clock(), run.arn, text, run.scheduled, _of(run).target_arn))


def dead_letter_attributes(run: Run) -> dict[str, str]:
    """Attributes of AWS beside an undelivered event; one is only for retryable errors.

    docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html. An Input fits a message of SQS whole,
    so its payload is never truncated.
    """
    found = {
        "ERROR_CODE": run.error_code,
        "ERROR_MESSAGE": run.error_message,
        "EXECUTION_ID": run.execution_id,
        "EXHAUSTED_RETRY_CONDITION": run.exhausted,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(run.attempts - 1),
        "SCHEDULED_TIME": wire_time(run.scheduled),
        "SCHEDULE_ARN": run.arn,
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
    }
    return {name: value for name, value in found.items() if value}


def _of(run: Run) -> Handover:
    if run.delivery is None:
        raise AssertionError(f"run {run.arn} {run.scheduled} was never claimed")
    return run.delivery


def _event(run: Run) -> str:
    return event_text(_of(run).input, Attempt(run.arn, run.scheduled, run.execution_id, run.attempts))
