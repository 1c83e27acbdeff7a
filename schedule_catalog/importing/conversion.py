"""Jobs become entries: named, checked by every rule, and proved to fire as their source does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.editing.entry_text import entry_lines
from schedule_catalog.expressions import changes
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Converted, Job, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from schedule_catalog.entry import Entry

FIRES = 100
_HORIZON = timedelta(days=60 * 366)
_AHEAD = timedelta(days=2 * 366)
_LONGEST_NAME = 60


def conversions(
    jobs: Iterable[Job | Refused], owner: str, now: datetime, taken: Iterable[str] = ()
) -> Iterator[Converted | Refused]:
    """Yield what becomes of each job: its entries, proved, or the reason why not. *taken* names are not used again."""
    names = set(taken)
    for job in jobs:
        if isinstance(job, Refused):
            yield job
            continue
        try:
            yield from _converted(job, owner, now, names)
        except NotConvertibleError as error:
            yield Refused(job.origin, str(error))


def _converted(job: Job, owner: str, now: datetime, names: set[str]) -> list[Converted]:
    several = len(job.timings) > 1
    wished = [f"{job.name}-{number}" if several else job.name for number in range(1, len(job.timings) + 1)]
    entries: dict[str, dict[str, Any]] = {}
    for name, timing in zip(wished, job.timings, strict=True):
        entries[_free(name, names | set(entries))] = {**timing, **job.values}
    checked = _checked(entries, owner, now)
    _prove(job, checked, now)
    notes = tuple(map(_one_line, (f"from {job.origin}", *job.notes, *_clock_notes(job, checked, now))))
    names |= set(entries)
    return [Converted(name, values, notes) for name, values in entries.items()]


def _one_line(text: str) -> str:
    """A note becomes a comment, whatever the source calls its jobs."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _free(name: str, names: set[str]) -> str:
    wanted, number = name[:_LONGEST_NAME], 2
    while wanted in names:
        wanted, number = f"{name[: _LONGEST_NAME - 3]}-{number}", number + 1
    return wanted


def _checked(entries: dict[str, dict[str, Any]], owner: str, now: datetime) -> tuple[Entry, ...]:
    lines = [
        f"owner: {owner}",
        "schedules:",
        *(line for name, each in entries.items() for line in entry_lines(name, each)),
    ]
    document = parse_document("\n".join(lines).encode(), "import")
    catalog = check_documents([document], settings={}, now=now)
    if catalog.errors or len(catalog.entries) != len(entries):
        raise NotConvertibleError("; ".join(dict.fromkeys(f"{each.message} [{each.rule}]" for each in catalog.errors)))
    if any(entry.finished(now) for entry in catalog.entries):
        raise NotConvertibleError("it is over: there is nothing to import")
    return catalog.entries


def _prove(job: Job, entries: Sequence[Entry], now: datetime) -> None:
    """Raise NotConvertibleError at the first of the next 100 fires that differs, doubles included."""
    start = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    expected = list(islice(job.fires(start), FIRES))
    timings = [entry.timing.switched_on() for entry in entries]
    walls = [replace(timing, timezone="UTC") if job.walls else timing for timing in timings]
    found = list(islice(merge(*(each.fires(start, start + _HORIZON) for each in walls)), FIRES))
    if not expected:
        raise NotConvertibleError("it never fires from now on")
    if found != expected:
        pairs = zip([*expected, None], [*found, None], strict=False)
        one, other = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
        raise NotConvertibleError(f"its fires could not be proved: {_shown(one)} there, {_shown(other)} here")


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "none"


def _clock_notes(job: Job, entries: Sequence[Entry], now: datetime) -> Iterator[str]:
    """What differs where clocks change, for sources that count in local time: at most one note of each kind."""
    timezone = entries[0].timing.timezone
    if not job.walls or timezone == "UTC":
        return
    seen: set[bool] = set()
    for change in changes(timezone, now, now + _AHEAD):
        first, last = (change.instant + offset for offset in sorted((change.before, change.after)))
        skipped = change.after > change.before
        wall = next(iter(job.fires(first)), None)
        if wall is None or wall >= last or skipped in seen:
            continue
        seen.add(skipped)
        yield _clock_note(wall, timezone, skipped)


def _clock_note(wall: datetime, timezone: str, skipped: bool) -> str:
    when = f"{wall:%Y-%m-%d %H:%M} in {timezone}"
    if skipped:
        return f"{when} does not exist: skipped here, while cron may run it later that day"
    return f"{when} occurs twice: called once here, at the first, while cron may run it twice"
