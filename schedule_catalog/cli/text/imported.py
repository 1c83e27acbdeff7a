"""Text output of `schedules import`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.cli.output import complain, say
from schedule_catalog.importing import Converted, Imported, Refused, settings_lines
from schedule_catalog.importing.conversion import FIRES
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def show_plan(found: Imported) -> None:
    """Print each job with its converted, changed, lost or refused details."""
    say(f"{found.title}:")
    for each in found.results:
        if isinstance(each, Converted):
            say(*_converted(each))
        elif not each.skipped:
            say(*_refused(each))


def show_result(found: Imported, planned: bool) -> None:
    """Print the refused jobs, the count, and the settings that the entries need to the error output."""
    for each in () if planned else found.refused:
        complain(f"refused: {each.origin}: {each.reason}")
    complain(_count(found), *_skipped(found.skipped))
    if lines := settings_lines(found.settings):
        complain("settings that the entries need, for Pulumi.STACK.yaml:", *lines)


def _converted(entry: Converted) -> list[str]:
    effects = [f"    {note}" for note in entry.notes[1:]]
    return [
        f"  {entry.origin}: {entry.name}: {entry.outcome}",
        f"    taken over: {_taken_over(entry.values)}",
        *effects,
    ]


def _refused(refused: Refused) -> list[str]:
    return [f"  {refused.origin}: refused", f"    {refused.reason}"]


def _skipped(skipped: Sequence[Refused]) -> Iterator[str]:
    """A line for each reason: a source may have hundreds of jobs without times."""
    for reason, count in Counter(each.reason for each in skipped).items():
        first = next(each.origin for each in skipped if each.reason == reason)
        others = f" and {counted(count - 1, 'other')}" if count > 1 else ""
        yield f"skipped: {first}{others}: {reason}"


def _taken_over(values: Mapping[str, Any]) -> str:
    """Keys of an entry; the keys of its request replace "request"."""
    request = cast("Mapping[str, Any]", values["request"])
    return ", ".join(key for each in values if each != "accept" for key in (request if each == "request" else (each,)))


def _count(found: Imported) -> str:
    calls = Counter(each.outcome for each in found.converted)
    said = [f"{count} {outcome}" for outcome in ("taken over", "changed", "lost") if (count := calls[outcome])]
    proved = f", times verified by the next {FIRES} fires" if found.converted else ""
    call = f"; calls: {', '.join(said)}" if said else ""
    skipped = f", {len(found.skipped)} skipped" if found.skipped else ""
    entries = counted(len(found.converted), "entry", "entries")
    return f"{entries}{proved}{call}; {len(found.refused)} refused{skipped}"
