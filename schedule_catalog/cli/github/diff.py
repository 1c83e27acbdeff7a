"""Differences as one comment on a pull request: a verdict, one table, and what a reviewer must know before the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schedule_catalog.cli.github.escaping import code_span, plain_text
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text import diff_words as words
from schedule_catalog.diff.verdict import Danger, Level, dangers, summary, unexplained, verdict
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.cli.github.links import Links
    from schedule_catalog.diff import Change, Comparison

MARKER = "<!-- schedule-catalog diff -->"
# GitHub accepts 65,536 characters; the poster of the comment may add a line, and may count bytes.
BYTES_MAX = 59_000
OPEN_MAX = 5
PROBLEMS_MAX = 50
# Share of that for a table of changes, of problems, or of the fields of one change.
TABLE_BYTES_MAX = 18_000
_SIGNS = {Level.OK: "✅", Level.WARNING: "⚠️", Level.ERROR: "❌"}
_CUT = "\n**The rest is omitted: a comment has a size limit.** `schedules diff` shows all of it.\n"


def show(comparison: Comparison, links: Links) -> None:
    """Print the comment, its marker first."""
    say(*comment(comparison, links).splitlines())


def comment(comparison: Comparison, links: Links) -> str:
    """Return the comment, cut after the last part that fits."""
    size, parts = len(_CUT.encode()), list[str]()
    for part in _parts(comparison, links):
        size += len(part.encode())
        if size > BYTES_MAX:
            return "".join((*parts, _CUT))
        parts.append(part)
    return "".join(parts)


def _parts(comparison: Comparison, links: Links) -> Iterator[str]:
    """Parts, the most important first; each is a complete block, so that a cut leaves none open."""
    found, changes = verdict(comparison), words.ordered(comparison)
    counts = f" ({summary(comparison)})" if changes else ""
    report = f" · [the coming week]({links.report})" if links.report else ""
    yield f"{MARKER}\n{_SIGNS[found.level]} **{found.reason}**{counts}{report}\n"
    if changes:
        yield f"\n{_table(comparison, changes, links)}"
    yield from _problems(comparison, links)
    opened = 0
    for change in changes:
        is_open = bool(dangers(change, comparison.now)) and opened < OPEN_MAX
        opened += is_open
        yield f"\n{_change(change, comparison, is_open)}"
    if comparison.finished:
        names = ", ".join(code_span(entry.name) for entry in comparison.finished[:PROBLEMS_MAX])
        yield f"\n{len(comparison.finished)} finished, removed from the stack only by the clock: {names}\n"


def _table(comparison: Comparison, changes: Iterable[Change], links: Links) -> str:
    head, *cells = words.without_empty([words.HEAD, *(_row(change, comparison, links) for change in changes)])
    rows = [f"| {' | '.join(row)} |" for row in cells]
    shown = _fitting(rows)
    more = f"\n{len(rows) - len(shown)} more: `schedules diff` shows them.\n" if len(rows) > len(shown) else ""
    return "\n".join((f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *shown)) + f"\n{more}"


def _row(change: Change, comparison: Comparison, links: Links) -> tuple[str, ...]:
    entry = change.after or change.before
    name = code_span(words.title(change))
    if change.after:
        name = links.line(change.after.place.path, change.after.place.line, name)
    where = "" if change.stacks == (None,) else f" in {code_span(words.stacks(change))}"
    found = dangers(change, comparison.now)
    return (
        f"{name}{where}",
        f"{_SIGNS[Level.ERROR if Danger.ERROR in found else Level.WARNING]} {', '.join(found)}" if found else "",
        code_span(words.called(entry)),
        plain_text(words.when(entry.timing if entry else None)),
        plain_text(words.next_fire(change)),
        plain_text(words.calls(change).replace("->", "→")),
        words.action(change),
    )


def _problems(comparison: Comparison, links: Links) -> Iterator[str]:
    problems = sorted(comparison.problems, key=lambda each: (each.severity is not Severity.ERROR, each))
    if problems:
        rows = _fitting(
            f"- {each.severity}: {plain_text(each.message)} "
            f"{links.line(each.path, each.line, code_span(f'{each.path}:{each.line}:{each.column}'))}"
            for each in problems[:PROBLEMS_MAX]
        )
        yield "".join(("\n", *(f"{row}\n" for row in rows)))
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


def _change(change: Change, comparison: Comparison, is_open: bool) -> str:
    head = f"{change.kind} {code_span(words.title(change))}"
    found = dangers(change, comparison.now)
    mark = f": {', '.join(found)}" if found else ""
    body = _body(change, comparison)
    if is_open:
        return f"#### {head}{mark}\n\n{body}"
    return f"<details><summary>{head}{mark}</summary>\n\n{body}\n</details>\n"


def _body(change: Change, comparison: Comparison) -> str:
    lines = [f"- {plain_text(note)}" for note in change.effect.notes]
    lines += [f"- new hazard: {plain_text(hazard.text)}" for hazard in unexplained(change.hazards, comparison.problems)]
    if words.relative(change):
        lines.append(f"- fires are {words.RELATIVE}")
    if change.fields:
        rows = _fitting(
            f"| {code_span(each.path)} | {code_span(words.value(each.before))} | {code_span(words.value(each.after))} |"
            for each in change.fields[:PROBLEMS_MAX]
        )
        lines += ["", "| field | before | after |", "| --- | --- | --- |", *rows]
        if len(change.fields) > len(rows):
            lines.append(f"| {len(change.fields) - len(rows)} more fields | | |")
    head, fires = words.fires(change)
    lines += ["", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in fires]
    return "\n".join(lines).lstrip("\n") + "\n"
