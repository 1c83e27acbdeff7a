"""Differences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say
from schedule_catalog.cli.text import diff_words as words
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.diff.verdict import dangers, summary, unexplained, verdict

if TYPE_CHECKING:
    from schedule_catalog.diff import Change, Comparison

_FIELD_HEAD = ("field", "before", "after")
SIGNS = {"broken": "!", "removed": "-", "renamed": ">", "changed": "~", "added": "+"}


def show(comparison: Comparison) -> None:
    """Print the verdict, what each change comes to, the problems, the details of each change, and a summary."""
    changes = words.ordered(comparison)
    if changes or comparison.errors:
        found = verdict(comparison)
        say(f"{found.level}: {found.reason}", "")
    if changes:
        rows = [words.HEAD, *(_row(change, comparison) for change in changes)]
        say(*aligned(words.without_empty(rows), ""), "")
    for problem in (*comparison.base_problems, *comparison.problems):
        say(str(problem))
    if comparison.base_problems or comparison.problems:
        say("")
    for change in changes:
        say(*_lines(change, comparison), "")
    for entry in comparison.finished:
        say(f"finished: {entry.name} leaves the stack, only by the clock")
    say(summary(comparison))


def _row(change: Change, comparison: Comparison) -> tuple[str, ...]:
    entry = change.after or change.before
    return (
        words.title(change),
        ", ".join(dangers(change, comparison.now)),
        words.called(entry),
        words.when(entry.timing if entry else None),
        words.next_fire(change),
        words.calls(change),
        words.action(change),
    )


def _lines(change: Change, comparison: Comparison) -> Iterator[str]:
    yield f"{SIGNS[change.kind]} {words.title(change)} ({words.stacks(change)}) {change.kind}"
    yield f"  pulumi up {words.action(change)}"
    for note in change.effect.notes:
        yield f"    {note}"
    if change.fields:
        rows = [
            _FIELD_HEAD,
            *((each.path, words.value(each.before), words.value(each.after)) for each in change.fields),
        ]
        yield from aligned(rows, "    ")
    yield f"  calls per month: {words.calls(change)}"
    head, rows = words.fires(change)
    yield from aligned([(f"  {head[0]}", *head[1:]), *((f"    {row[0]}", *row[1:]) for row in rows)], "")
    if words.relative(change):
        yield f"    {words.RELATIVE}"
    for hazard in unexplained(change.hazards, comparison.problems):
        yield f"  new hazard: {hazard.text}"
