"""Plan of a deployment as a comment on a pull request, or as an issue about drift."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from schedule_catalog.cli.github.escaping import code_span, plain_text
from schedule_catalog.cli.text.plan import BY_CLOCK, short_type, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schedule_catalog.deployment.plan import Plan, Step

# GitHub accepts 65,536 characters, and the poster adds text.
TABLE_BYTES_MAX = 30_000
ERRORS_BYTES_MAX = 15_000
OPEN_MAX = 20


def comment(plan: Plan, *, drift: bool = False) -> str:
    """Return the text with its marker first, which identifies it; there is one for each stack."""
    return "".join(_parts(plan, drift))


def marker(stack: str, *, drift: bool) -> str:
    """Return the first line of the text about a stack."""
    return f"<!-- schedule-catalog {'drift' if drift else 'preview'} {stack} -->"


def _parts(plan: Plan, drift: bool) -> Iterator[str]:
    what = "AWS compared with the program" if drift else "actions of `pulumi up`"
    yield f"{marker(plan.stack, drift=drift)}\n**Stack {code_span(plan.stack)}**, {what}: {plain_text(summary(plan))}\n"
    errors = [f"- {plain_text(line)}\n" for error in plan.errors for line in error.splitlines() if line.strip()]
    if errors:
        shown = _fitting(errors, ERRORS_BYTES_MAX)
        yield "\n" + "".join(shown) + _more(len(errors) - len(shown), "lines")
    if plan.steps:
        yield f"\n{_table(plan.steps)}"


def _table(steps: Sequence[Step]) -> str:
    rows = [_row(step) for step in steps]
    shown = _fitting(rows, TABLE_BYTES_MAX)
    table = (
        "| | type | name | details |\n| --- | --- | --- | --- |\n"
        + "".join(shown)
        + _more(len(rows) - len(shown), "steps")
    )
    if len(shown) <= OPEN_MAX:
        return table
    return f"<details><summary>{len(rows)} steps</summary>\n\n{table}\n</details>\n"


def _row(step: Step) -> str:
    what = BY_CLOCK if step.by_clock else ", ".join(map(code_span, step.properties))
    return f"| {plain_text(step.operation)} | {code_span(short_type(step))} | {code_span(step.name)} | {what} |\n"


def _fitting(rows: Sequence[str], most: int) -> Sequence[str]:
    """First rows, as many as fit into the given number of bytes."""
    return rows[: sum(size <= most for size in accumulate(len(row.encode()) for row in rows))]


def _more(count: int, what: str) -> str:
    return f"\nand {count} more {what}\n" if count else ""
