"""Conversion of jobs to entries: named, checked by every rule, and proved to fire as their source does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.editing.entry_text import entry_lines
from schedule_catalog.entry import HANDING_MINUTES
from schedule_catalog.expressions import changes
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Converted, Job, Note, Refused
from schedule_catalog.importing.secrecy import Confidential

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

FIRES = 100
_HORIZON = timedelta(days=60 * 366)
_AHEAD = timedelta(days=2 * 366)
_LONGEST_NAME = 60
_PLACE = "{name}"
_BY_HAND = "it never fires: a job that is run by hand is disabled here; run it with schedules trigger {}"


def conversions(
    jobs: Iterable[Job | Refused],
    owner: str,
    now: datetime,
    taken: Iterable[str] = (),
    confidential: Confidential | None = None,
) -> Iterator[Converted | Refused]:
    """Yield the result of each job: its proved entries, or the reason for the refusal. *taken* names are not reused.

    Results contain no secret of the source: texts for people are masked, and an entry with a secret is refused.
    """
    conversion = _Conversion(owner, now, confidential or Confidential(), set(taken))
    for job in jobs:
        try:
            yield from [conversion.told(job)] if isinstance(job, Refused) else conversion.entries(job)
        except NotConvertibleError as error:
            yield conversion.told(Refused(job.origin, str(error)))


@dataclass(slots=True)
class _Conversion:
    owner: str
    now: datetime
    confidential: Confidential
    names: set[str]
    addresses: dict[str, str] = field(default_factory=dict[str, str])

    def entries(self, job: Job) -> list[Converted]:
        """Convert one job; NotConvertibleError if its fires cannot be proved."""
        name = self.confidential.masked(job.name).replace("…", "").strip("-") or "job"
        several = len(job.timings) > 1
        wished = [f"{name}-{number}" if several else name for number in range(1, len(job.timings) + 1)]
        found: dict[str, dict[str, Any]] = {}
        for each, timing in zip(wished, job.timings, strict=True):
            free = _free(each, self.names | set(found))
            found[free] = {**timing, **self._addressed(job, free, next(iter(found), free))}
        if self.confidential.found_in(found):
            raise NotConvertibleError(
                "the entry would contain a value that looks like a secret: write it with schedules new"
            )
        owner = job.owner or self.owner
        by_hand = not next(iter(job.fires(_start(self.now))), None)
        if by_hand:
            found = {each: {**values, "enabled": False} for each, values in found.items()}
        accepted = {each: _checked(each, values, owner, self.now) for each, values in found.items()}
        entries = [entry for _, entry in accepted.values()]
        notes = [Note("note", f"from {job.origin}"), *job.notes]
        if by_hand:
            notes.append(Note("changed", _BY_HAND.format(next(iter(found)))))
        else:
            _prove(job, entries, self.now)
            notes += _clock_notes(job, entries, self.now)
        self.names |= set(found)
        return [
            Converted(self.shown(job.origin), each, owner, values, self._shown_notes(notes))
            for each, (values, _) in accepted.items()
        ]

    def told(self, refused: Refused) -> Refused:
        """Return a refusal for people, without secrets."""
        return Refused(self.shown(refused.origin), self.shown(refused.reason), refused.skipped)

    def shown(self, text: str) -> str:
        """Return a text of the source on one line, with its secrets masked."""
        return "".join(mark if mark.isprintable() else " " for mark in self.confidential.masked(text))

    def _shown_notes(self, notes: Sequence[Note]) -> tuple[Note, ...]:
        return tuple(Note(note.effect, self.shown(note.text)) for note in notes)

    def _addressed(self, job: Job, name: str, first: str) -> Mapping[str, Any]:
        """Put the final name into an address of `--url`; two jobs never share an address."""
        if not job.generated:
            return job.values
        request = cast("Mapping[str, Any]", job.values["request"])
        key = "url" if "url" in request else "path"
        address = str(request[key]).replace(_PLACE, first)
        whole = f"{request.get('service', '')}{address}"
        other = self.addresses.setdefault(whole, job.origin)
        if other != job.origin:
            raise NotConvertibleError(f"{other} gets the same address from --url: add {_PLACE} to it")
        return {**job.values, "request": {**request, key: address}}


def _free(name: str, names: set[str]) -> str:
    wanted, number = name[:_LONGEST_NAME].strip("-"), 2
    while wanted in names:
        wanted, number = f"{name[: _LONGEST_NAME - 5].strip('-')}-{number}", number + 1
    return wanted


def _checked(name: str, values: Mapping[str, Any], owner: str, now: datetime) -> tuple[Mapping[str, Any], Entry]:
    """Entry, with a reason for each warning about behaviour that the source had too."""
    reasons: dict[str, str] = {}
    while True:
        lines = [f"owner: {owner}", "schedules:", *entry_lines(name, values)]
        catalog = check_documents(
            [parse_document("\n".join(lines).encode(), "import")], settings={}, calendars=UNREAD, now=now
        )
        if catalog.errors or len(catalog.entries) != 1:
            errors = dict.fromkeys(f"{each.message} [{each.rule}]" for each in catalog.errors)
            raise NotConvertibleError("; ".join(errors))
        warned = {each.rule for each in catalog.problems} - set(reasons)
        if not warned:
            break
        reasons |= {rule: _REASONS.get(rule, "imported as it was") for rule in sorted(warned)}
        values = {**values, "accept": reasons}
    entry = catalog.entries[0]
    if entry.finished(now, HANDING_MINUTES):
        raise NotConvertibleError("it is finished: there is nothing to import")
    return values, entry


_REASONS = {
    "dst-gap": "imported with this local time, see the comment above",
    "dst-repeat": "imported with this local time, see the comment above",
    "undocumented": "AWS runs this expression already",
    "numeric-weekday": "AWS runs this expression already",
}


def _start(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _prove(job: Job, entries: Sequence[Entry], now: datetime) -> None:
    """Raise NotConvertibleError at the first of the next 100 fires that differs, including duplicates."""
    start = _start(now)
    expected = list(islice(job.fires(start), FIRES))
    timings = [entry.timing.switched_on() for entry in entries]
    walls = [replace(timing, timezone="UTC") if job.walls else timing for timing in timings]
    found = list(islice(merge(*(each.fires(start, start + _HORIZON) for each in walls)), FIRES))
    if found != expected:
        pairs = zip([*expected, None], [*found, None], strict=False)
        one, other = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
        raise NotConvertibleError(f"its fires could not be proved: {_shown(one)} there, {_shown(other)} here")


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "none"


def _clock_notes(job: Job, entries: Sequence[Entry], now: datetime) -> Iterator[Note]:
    """Differences at clock changes, for sources in local time: at most one note of each kind."""
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
        when = f"{wall:%Y-%m-%d %H:%M} in {timezone}"
        here = "does not exist: skipped here" if skipped else "occurs twice: called once here, at the first"
        there = job.clock.gap if skipped else job.clock.repeat
        yield Note("changed", f"{when} {here}; {there}") if there else Note("note", f"{when} {here}, as before")
