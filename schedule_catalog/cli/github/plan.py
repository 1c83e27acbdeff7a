"""The plan of a deployment as a comment on a pull request, or as an issue about drift."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from schedule_catalog.cli.github.escaping import inert, prose
from schedule_catalog.cli.text.plan import BY_CLOCK, short_type, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schedule_catalog.deployment.plan import Plan, Step

# GitHub takes 65,536 characters, and whoever posts it adds what else there is to say.
TABLE_BYTES_MAX = 30_000
ERRORS_BYTES_MAX = 15_000
OPEN_MAX = 20


def comment(plan: Plan, *, drift: bool = False) -> str:
    """Return the text, its marker first; by the marker it is found again, one for each stack."""
    return "".join(_parts(plan, drift))


def marker(stack: str, *, drift: bool) -> str:
    """The first line of what is written about a stack."""
    return f"<!-- schedule-catalog {'drift' if drift else 'preview'} {stack} -->"


def _parts(plan: Plan, drift: bool) -> Iterator[str]:
    what = "what AWS has, against the program" if drift else "what `pulumi up` will do"
    yield f"{marker(plan.stack, drift=drift)}\n**Stack {inert(plan.stack)}**, {what}: {prose(summary(plan))}\n"
    errors = [f"- {prose(line)}\n" for error in plan.errors for line in error.splitlines() if line.strip()]
    if errors:
        shown = _fitting(errors, ERRORS_BYTES_MAX)
        yield "\n" + "".join(shown) + _more(len(errors) - len(shown), "lines")
    if plan.steps:
        yield f"\n{_table(plan.steps)}"


def _table(steps: Sequence[Step]) -> str:
    rows = [_row(step) for step in steps]
    shown = _fitting(rows, TABLE_BYTES_MAX)
    table = (
        "| | type | name | what |\n| --- | --- | --- | --- |\n"
        + "".join(shown)
        + _more(len(rows) - len(shown), "steps")
    )
    if len(shown) <= OPEN_MAX:
        return table
    return f"<details><summary>{len(rows)} steps</summary>\n\n{table}\n</details>\n"


def _row(step: Step) -> str:
    what = BY_CLOCK if step.by_clock else ", ".join(map(inert, step.properties))
    return f"| {prose(step.operation)} | {inert(short_type(step))} | {inert(step.name)} | {what} |\n"


def _fitting(rows: Sequence[str], most: int) -> Sequence[str]:
    """The first rows, as many as fit into so many bytes."""
    return rows[: sum(size <= most for size in accumulate(len(row.encode()) for row in rows))]


def _more(count: int, what: str) -> str:
    return f"\nand {count} more {what}\n" if count else ""
