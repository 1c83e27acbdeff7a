from __future__ import annotations

import pytest

from schedule_catalog.diff.verdict import Danger, Level, dangers, verdict
from tests.schedule_catalog.diff.sides import CALL, NOW, compared

NIGHTLY = f'a: {{cron: "0 9 * * ? *", timezone: Europe/Paris, {CALL}}}'
CLOCKS = f'a: {{cron: "30 2 * * ? *", timezone: Europe/Paris, {CALL}}}'
ONCE = f"a: {{at: 2027-01-05T09:00, {CALL}}}"
OTHER = f"other: {{rate: 1 day, start: 2026-01-01T00:00, {CALL}}}"
RATE = f"a: {{rate: 1 day, {CALL}}}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [NIGHTLY], ()),
        ([NIGHTLY], [], ()),
        ([], [RATE], (Danger.AT_ONCE,)),
        ([], [RATE.replace("rate:", "enabled: false, rate:")], ()),
        ([RATE], [RATE.replace("a:", "b:", 1)], (Danger.AT_ONCE, Danger.REPLACED)),
        ([NIGHTLY], [NIGHTLY.replace("a:", "b:", 1)], (Danger.REPLACED,)),
        ([ONCE], [], (Danger.LOST,)),
        ([ONCE], [ONCE.replace("01-05", "01-06")], ()),
        ([NIGHTLY], [CLOCKS], (Danger.CLOCK,)),
        ([NIGHTLY], [NIGHTLY.replace("0 9 ", "99 9 ")], (Danger.ERROR,)),
    ],
)
def test_a_change_has_the_dangers_that_a_reviewer_must_know(
    before: list[str], after: list[str], expected: tuple[Danger, ...]
) -> None:
    comparison = compared([*before, OTHER], [*after, OTHER])
    (change,) = comparison.changes

    assert dangers(change, NOW) == expected
    level = Level.ERROR if Danger.ERROR in expected else Level.WARNING if expected else Level.OK
    assert verdict(comparison).level is level


def test_a_verdict_counts_each_danger_and_says_a_clock_change_once() -> None:
    changed = [CLOCKS, RATE.replace("a:", "b:", 1), RATE.replace("a:", "c:", 1)]

    assert verdict(compared([NIGHTLY], changed)).reason == (
        "Check before you merge: 2 schedules fire at once, 1 schedule meets a clock change"
    )


def test_a_warning_of_the_check_is_a_reason_too() -> None:
    found = verdict(compared([], [f'a: {{cron: "0/45 * * * ? *", {CALL}}}']))

    assert (found.level, found.reason) == (Level.WARNING, "Check before you merge: 1 warning")
