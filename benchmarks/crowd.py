"""Many calls due in one minute, through the emulator in real time: `python -m benchmarks.crowd [CALLS]`.

The real program is deployed, and applications' one-time calls are made that are all due at the same minute; another
call is due at each minute around it. All of the crowd have to be handed over within a minute of their time, and the
others within SLACK seconds of theirs, but for the one of the very minute.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.wiring import DeployedStack, LoopbackTarget, deployed
from local.dispatcher import AwsTarget, Dispatcher, Journal, Loop, Notice, NoticeKind, SchedulerSource
from schedule_client.contract.times import utc_now

CALLS = 1000
MINUTES = 4
AHEAD = timedelta(minutes=1)
LIMIT, SLACK = timedelta(seconds=60), timedelta(seconds=5)


def main(calls: int) -> int:
    """Run it and print how late the calls were; 1 where one was too late."""
    called: list[datetime] = []

    def answer(key: str, earlier: int) -> int:
        called.append(utc_now())
        return 200

    with tempfile.TemporaryDirectory() as folder, LoopbackTarget(answer) as target:
        retry = {"max_attempts": 5, "max_age_minutes": 60}
        with deployed(Path(folder), target, retry, schedules=1) as stack:
            began = time.perf_counter()
            due = _make(stack, calls)
            print(f"{calls} calls made in {time.perf_counter() - began:.0f} s")
            accepted = _dispatched(stack, Path(folder) / "journal.sqlite", due + timedelta(minutes=MINUTES - 1))
            return _report(accepted, due, calls, called)


def _make(stack: DeployedStack, calls: int) -> datetime:
    """Make the schedules, and return when the crowd is due."""
    scheduler = stack.emulator.client("scheduler")
    model = scheduler.get_schedule(Name="call-0", GroupName=stack.outputs["catalog_group"])
    scheduler.update_schedule(**_request(model, "call-0", "at(2100-01-01T00:00)", "NONE"))
    seconds = calls / 100  # that many take so long to make
    due = (datetime.now(UTC) + AHEAD + timedelta(seconds=seconds)).replace(second=0, microsecond=0) + AHEAD
    for number in range(MINUTES):
        scheduler.create_schedule(**_request(model, f"beat-{number}", _at(due + (number - 1) * AHEAD), "DELETE"))
    for number in range(calls):
        scheduler.create_schedule(**_request(model, f"crowd-{number}", _at(due), "DELETE"))
    return due


def _request(model: Mapping[str, Any], name: str, expression: str, afterwards: str) -> dict[str, Any]:
    kept = {key: model[key] for key in ("GroupName", "FlexibleTimeWindow", "Target")}
    return {**kept, "Name": name, "ScheduleExpression": expression, "ActionAfterCompletion": afterwards}


def _at(instant: datetime) -> str:
    return f"at({instant:%Y-%m-%dT%H:%M:%S})"


def _dispatched(stack: DeployedStack, journal: Path, end: datetime) -> dict[str, timedelta]:
    """Delay of each call, from now until the end."""
    accepted: dict[str, timedelta] = {}

    def hear(notice: Notice) -> None:
        if notice.kind is NoticeKind.ACCEPTED and notice.scheduled is not None:
            accepted[notice.name] = notice.at - notice.scheduled

    kept = Journal(journal)
    client = stack.emulator.client
    dispatcher = Dispatcher(
        source=SchedulerSource(client("scheduler")),
        target=AwsTarget(client("lambda"), client("sqs")),
        journal=kept,
        clock=utc_now,
        identifier=lambda: uuid.uuid4().hex[:16],
        notify=hear,
    )
    loop = Loop(dispatcher, utc_now, hear)
    loop.start()
    threading.Event().wait((end - utc_now()) / timedelta(seconds=1))
    loop.stop()
    kept.close()
    if loop.failure is not None:
        raise loop.failure
    return accepted


def _report(accepted: Mapping[str, timedelta], due: datetime, calls: int, called: Sequence[datetime]) -> int:
    crowd = [late for name, late in accepted.items() if name.startswith("crowd-")]
    beats = {int(name.removeprefix("beat-")): late for name, late in accepted.items() if name.startswith("beat-")}
    print(f"{len(crowd)} of {calls} were handed over, {_seconds(crowd)} after {due:%H:%M}")
    for number, late in sorted(beats.items()):
        print(f"the call of {due + (number - 1) * AHEAD:%H:%M} was {_seconds([late])} late")
    reached = sorted(at - due for at in called if at >= due)
    last = _seconds(reached[calls - 1 : calls])
    print(f"{len(reached)} calls reached the target from then on, the {calls}th after {last}")
    late = [number for number, late in beats.items() if number != 1 and late > SLACK]
    good = len(crowd) == calls and max(crowd) < LIMIT and len(beats) == MINUTES and not late
    print("all in time" if good else "too late")
    return int(not good)


def _seconds(late: Iterable[timedelta]) -> str:
    found = sorted(one / timedelta(seconds=1) for one in late)
    return f"{found[0]:.1f} s" if len(found) == 1 else f"{found[0]:.1f} to {found[-1]:.1f} s" if found else "never"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
