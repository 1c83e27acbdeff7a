"""Differences as one comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schedule_catalog.cli.github.escaping import code_span, plain_text
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text import diff_words as words
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.diff import Change, Comparison

MARKER = "<!-- schedule-catalog diff -->"
# GitHub accepts 65,536 characters; the poster of the comment may add a line, and may count bytes.
BYTES_MAX = 59_000
OPEN_MAX = 3
PROBLEMS_MAX = 50
# Share of that for a table of problems, or of the fields of one change.
TABLE_BYTES_MAX = 20_000
_CUT = "\n**The rest is omitted: a comment has a size limit.** `schedules diff` shows all of it.\n"


def show(comparison: Comparison) -> None:
    """Print the comment, its marker first."""
    say(*comment(comparison).splitlines())


def comment(comparison: Comparison) -> str:
    """Return the comment, cut after the last part that fits."""
    size, parts = len(_CUT.encode()), list[str]()
    for part in _parts(comparison):
        size += len(part.encode())
        if size > BYTES_MAX:
            return "".join((*parts, _CUT))
        parts.append(part)
    return "".join(parts)


def _parts(comparison: Comparison) -> Iterator[str]:
    """Parts, the most important first; each is a complete block, so that a cut leaves none open."""
    yield f"{MARKER}\n**Schedules:** {words.summary(comparison)}\n"
    yield from _problems(comparison)
    folded = len(comparison.changes) > OPEN_MAX
    for change in comparison.changes:
        yield f"\n{_change(change, folded)}"
    if comparison.finished:
        names = ", ".join(code_span(entry.name) for entry in comparison.finished[:PROBLEMS_MAX])
        yield f"\n{len(comparison.finished)} finished, removed from the stack only by the clock: {names}\n"


def _problems(comparison: Comparison) -> Iterator[str]:
    problems = sorted(comparison.problems, key=lambda each: (each.severity is not Severity.ERROR, each))
    if problems:
        rows = _fitting(
            f"| {each.severity} | {code_span(f'{each.path}:{each.line}:{each.column}')} | {plain_text(each.message)} |"
            for each in problems[:PROBLEMS_MAX]
        )
        table = "\n".join(("| problem | position | message |", "| --- | --- | --- |", *rows))
        yield f"\n{table}\n"
        if len(problems) > len(rows):
            yield f"\n{len(problems) - len(rows)} more problems: `schedules check` shows them.\n"
    if comparison.base_problems:
        where = ", ".join(code_span(f"{each.path}:{each.line}") for each in comparison.base_problems[:5])
        yield f"\nThe catalog before this change has errors; entries with errors are omitted on that side: {where}\n"


def _fitting(rows: Iterable[str]) -> list[str]:
    """First rows of a table, up to its limit."""
    size, fitting = 0, list[str]()
    for row in rows:
        size += len(row.encode())
        if size > TABLE_BYTES_MAX:
            break
        fitting.append(row)
    return fitting


def _change(change: Change, folded: bool) -> str:
    head = (
        f"{change.kind} {code_span(words.title(change))} in {code_span(words.stacks(change))}: {change.effect.action}"
    )
    if not folded:
        return f"#### {head}\n\n{_body(change)}"
    mark = " (new hazard)" if change.hazards else ""
    return f"<details><summary>{head}{mark}</summary>\n\n{_body(change)}\n</details>\n"


def _body(change: Change) -> str:
    lines = [
        f"- `pulumi up`: {change.effect.action}" + "".join(f"; {plain_text(note)}" for note in change.effect.notes)
    ]
    lines.append(f"- calls per month: {plain_text(words.calls(change))}")
    lines += [f"- :warning: new hazard: {plain_text(hazard.text)}" for hazard in change.hazards]
    if words.relative(change):
        lines.append(f"- fires are {words.RELATIVE}")
    if change.fields:
        lines += ["", "| field | before | after |", "| --- | --- | --- |"]
        rows = _fitting(
            f"| {code_span(each.path)} | {code_span(words.value(each.before))} | {code_span(words.value(each.after))} |"
            for each in change.fields[:PROBLEMS_MAX]
        )
        lines += rows
        if len(change.fields) > len(rows):
            lines.append(f"| {len(change.fields) - len(rows)} more fields | | |")
    lines += ["", "| next fires before | after |", "| --- | --- |"]
    lines += [f"| {old} | {new} |" for old, new in words.fires(change)]
    return "\n".join(lines) + "\n"
