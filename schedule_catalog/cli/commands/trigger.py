"""`schedules trigger`."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import add_format, instant
from schedule_catalog.cli.line.confirmation import confirmed
from schedule_catalog.cli.line.moments import in_zone, since
from schedule_catalog.cli.line.pause_arguments import known_services
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import entry_of, stack_settings
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.rows import trigger as trigger_rows
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.operations import (
    OperationError,
    differences,
    find_schedule,
    make,
    missed_fires,
    notes_on_call,
    prepare,
    run_of_fire,
    skipped_runs,
)
from schedule_catalog.operations.runs import attempts_made
from schedule_catalog.wording import counted, rfc3339, utc_minute

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.operations import Answer, FoundSchedule, Invocation, RunRecord, Unmade

_DESCRIPTION = "Run a schedule now, or the runs that were not made: call its deployed request, show the response."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument(
        "name", metavar="NAME", help="schedule of the catalog, or the ARN of any schedule of the stack"
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--as-of",
        type=instant,
        metavar="T",
        help="replace the run of this fire, with its run key (UTC without an offset)",
    )
    which.add_argument("--missed", action="store_true", help="make every run that a fire of the period lacks")
    which.add_argument("--skipped", action="store_true", help="make every run of the period that was skipped")
    command.add_argument(
        "--since", type=since, metavar="T", help="start of the period: 90m, 12h, 3d, or ISO 8601 (default: 1d)"
    )
    command.add_argument("--again", action="store_true", help="with --as-of: even if that run was already delivered")
    command.add_argument("--yes", action="store_true", help="do not ask")
    add_format(command)
    add_stack_arguments(command)


def run(
    options: Namespace, now: datetime, reach: Reach = reach, monotonic: Callable[[], float] = time.monotonic
) -> int:
    """Make the call; return 0 only if it was delivered."""
    if options.since is not None and not (options.missed or options.skipped):
        raise UsageError("--since is for --missed and --skipped")
    reached = reach(options)
    schedule = find_schedule(reached.stack, options.name)
    if options.missed or options.skipped:
        return _make_up(options, now, reached, schedule, monotonic)
    record: RunRecord | None = None
    if options.as_of is not None:
        record = run_of_fire(reached.stack, schedule, options.as_of)
        if record is not None and record.state == "delivered" and not options.again:
            if options.format == "json":
                trigger_rows.show_delivered_already(schedule, options.as_of, record.updated)
                return CLEAN
            say(f'{_of(schedule, options.as_of)} was already delivered, at {record.updated}: "--again" runs it again')
            return CLEAN
    call = prepare(reached.stack, schedule, now, uuid.uuid4().hex, as_of=options.as_of, again=options.again)
    with as_json.beside(options.format == "json"):
        say(*_introduction(reached, schedule, call, record))
        if schedule.group == reached.stack.manifest.catalog_group:
            say(*_comparison(reached, schedule, options, now))
        say(*_pauses(options, reached, schedule, now))
    if not confirmed("call it now?", options.yes):
        return PROBLEMS
    answer = make(reached.stack, call, monotonic)
    if options.format == "json":
        trigger_rows.show(schedule, call, answer)
    else:
        _show(answer)
    return CLEAN if answer.delivered else PROBLEMS


def _make_up(
    options: Namespace, now: datetime, reached: Reached, schedule: FoundSchedule, monotonic: Callable[[], float]
) -> int:
    """Make the runs that were not made, the oldest first; return 0 only if all were delivered and none is in doubt."""
    begin = options.since(now) if options.since else now - timedelta(days=1)
    found = _unmade(options, now, reached, schedule, begin)
    unmade, doubtful = [each for each in found if not each.doubt], [each for each in found if each.doubt]
    kind, is_json = "missed" if options.missed else "skipped", options.format == "json"
    answers: list[tuple[Unmade, Answer]] = []
    with as_json.beside(is_json):
        say(f"{schedule.name}: {counted(len(unmade), 'run')} {kind} since {utc_minute(begin)}")
        say(*aligned([(in_zone(each.scheduled, schedule.timezone), each.why) for each in unmade]))
        say(*_doubts(doubtful))
        say(*_pauses(options, reached, schedule, now))
        if unmade and not confirmed(f"call {len(unmade)} now, each under its own run key?", options.yes):
            return PROBLEMS
        for each in unmade:
            call = prepare(reached.stack, schedule, now, uuid.uuid4().hex, as_of=each.scheduled, again=False)
            try:
                answer = make(reached.stack, call, monotonic)
            except OperationError as error:  # what was made is said, also in JSON
                complain(f"{_of(schedule, each.scheduled)}: no answer, and no call after it was made: {error}")
                break
            answers.append((each, answer))
            say(f"{_of(schedule, each.scheduled)}: {_outcome(answer)}")
    if is_json:
        trigger_rows.show_many(schedule, answers, doubtful)
    delivered = sum(answer.delivered for _, answer in answers)
    return CLEAN if not doubtful and delivered == len(unmade) else PROBLEMS


def _unmade(
    options: Namespace, now: datetime, reached: Reached, schedule: FoundSchedule, begin: datetime
) -> tuple[Unmade, ...]:
    if options.skipped:
        return skipped_runs(reached.stack, schedule, begin)
    settings = stack_settings(options, reached.names.stack, reached.names.project)
    entry = entry_of(options, settings, schedule.name, now) if settings else None
    if entry is None or schedule.group != reached.stack.manifest.catalog_group:
        raise UsageError(f'"{schedule.name}" is not in this catalog, which says when it fires: give it with --catalog')
    return missed_fires(reached.stack, schedule, entry, begin, now)


def _doubts(doubtful: Sequence[Unmade]) -> Iterator[str]:
    if doubtful:
        yield f"{len(doubtful)} more in doubt, as the schedule was changed later: run each with --as-of T"
        yield from (f"  --as-of {rfc3339(each.scheduled)}" for each in doubtful)


def _pauses(options: Namespace, reached: Reached, schedule: FoundSchedule, now: datetime) -> Iterator[str]:
    notes = notes_on_call(reached.stack, schedule, known_services(options, reached.stack), now)
    return (f"  {note}" for note in notes)


def _introduction(
    reached: Reached, schedule: FoundSchedule, call: Invocation, record: RunRecord | None
) -> Iterator[str]:
    yield f"{_of(schedule, call.scheduled)}: {call.target}"
    own = f"the run of {rfc3339(call.scheduled)}, with its run key"
    yield f"  stack {reached.names.stack}, {reached.names.region}; {own if call.run == 'own' else 'as a separate run'}"
    if record is not None:
        why = f" ({record.reason})" if record.reason else ""
        yield f"  that run is {record.state}{why} since {record.updated}, {counted(attempts_made(record), 'attempt')}"
    if not schedule.enabled:
        yield "  it is disabled, so it does not fire by itself"


def _comparison(reached: Reached, schedule: FoundSchedule, options: Namespace, now: datetime) -> Iterator[str]:
    """Comparison of the deployed schedule, which runs, with the entry of the local catalog."""
    try:
        settings = stack_settings(options, reached.names.stack, reached.names.project)
        entry = entry_of(options, settings, schedule.name, now) if settings else None
    except UsageError as error:
        yield f"  not compared with the catalog: {error}"
        return
    wanted = schedule_arguments(entry, now, settings) if entry and settings else None
    if entry is None and settings is not None:
        yield "  the deployed schedule runs; it is not in this catalog"
    elif wanted is not None:
        changed = differences(wanted, schedule, reached.stack, reached.names.catalog_role)
        if changed:
            fields = ", ".join(each.field for each in changed)
            yield f"  the deployed schedule runs; it differs from this catalog in {fields}"


def _show(answer: Answer) -> None:
    say(f"{_outcome(answer)}, run key {answer.run_key or 'unknown'}")
    if answer.message:
        say(answer.message)
    if answer.handed_over:
        say('this run is already in progress and retries by itself: see "schedules history" for its outcome')
    if answer.content not in (None, ""):
        content = answer.content
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)
        say(*(f"  {line}" for line in text.splitlines()))


def _outcome(answer: Answer) -> str:
    word = "delivered" if answer.delivered else f"not delivered ({answer.reason or answer.outcome})"
    status = f", response {answer.status}" if answer.status is not None else ""
    return f"{word}{status}, in {answer.milliseconds:,.0f} ms"


def _of(schedule: FoundSchedule, scheduled: datetime) -> str:
    return f"{schedule.name} of {in_zone(scheduled, schedule.timezone)}"


COMMAND = Command(_DESCRIPTION, "schedules trigger close-invoices --as-of 2027-01-05T09:00Z", add_arguments, run)
