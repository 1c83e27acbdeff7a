"""Differences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say
from schedule_catalog.cli.text import diff_words as words
from schedule_catalog.cli.text.table import aligned

if TYPE_CHECKING:
    from schedule_catalog.diff import Change, Comparison

_FIELD_HEAD = ("field", "before", "after")
SIGNS = {"broken": "!", "removed": "-", "renamed": ">", "changed": "~", "added": "+"}


def show(comparison: Comparison) -> None:
    """Print the problems, each change and the summary."""
    for problem in (*comparison.base_problems, *comparison.problems):
        say(str(problem))
    for change in comparison.changes:
        say(*_lines(change), "")
    for entry in comparison.finished:
        say(f"finished: {entry.name} leaves the stack, only by the clock")
    say(words.summary(comparison))


def _lines(change: Change) -> Iterator[str]:
    yield f"{SIGNS[change.kind]} {words.title(change)} ({words.stacks(change)}) {change.kind}"
    yield f"  pulumi up: {change.effect.action}"
    for note in change.effect.notes:
        yield f"    {note}"
    if change.fields:
        rows = [
            _FIELD_HEAD,
            *((each.path, words.value(each.before), words.value(each.after)) for each in change.fields),
        ]
        yield from aligned(rows, "    ")
    yield f"  calls per month: {words.calls(change)}"
    yield "  next fires:" + (f" ({words.RELATIVE})" if words.relative(change) else "")
    yield from aligned([("before", "after"), *words.fires(change)], "    ")
    for hazard in change.hazards:
        yield f"  new hazard: {hazard.text}"
