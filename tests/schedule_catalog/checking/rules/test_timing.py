"""What an author is advised to write instead of a wrong timing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.catalog_texts import checked
from tests.properties import examples
from tests.schedule_catalog.expressions import texts

if TYPE_CHECKING:
    from schedule_catalog.problem import Problem

ENTRY = "owner: team\nschedules:\n  a: {request: {service: callback, path: /p}, "
KINDS = ("cron", "rate", "at")
WRONG_FIELDS = ("/5", "/70", "32", "60", "MON,", "mon-", "5-1", "2030-2027", "2030-2027/3", "*,1", "?", "0", "8", "1#9")

crons = texts.six_fields().map(str.split)
fields = st.sampled_from(WRONG_FIELDS)
numbers = st.one_of(st.integers(0, 70), st.integers(0, 10**10), st.just(1000), st.just(1440)).map(str)
UNITS = (
    *("m", "mins", "minute", "minutes", "h", "hrs", "hour", "hours", "d", "day", "days"),
    *("s", "sec", "seconds", "w", "weeks", "month", "fortnight"),
)
units = st.sampled_from(UNITS)
rates = st.tuples(st.sampled_from(["", "every ", " "]), numbers, st.sampled_from(["", " ", "  "]), units).map("".join)
DAYS = ("2027-01-05", "2027-02-30", "2027-13-05", "1969-12-31", "2199-12-31", "0000-01-01", "9999-12-31")
days = st.sampled_from(DAYS)
times = st.sampled_from(
    ["", "T", " 09:00", "T09:00", "T09:00:00", "T09:00:30", "T24:00", "T24:30", "T9:00", "T25:00:00"]
)
ats = st.tuples(days, times, st.sampled_from(["", "", "Z", "+09:00", " "])).map("".join)


@st.composite
def wrong_crons(draw: st.DrawFn) -> str:
    """Six fields with a wrong one, five as Unix has them, or too many."""
    cron = draw(crons)
    minutes, hours, date, month, weekday, year = cron
    wrong = draw(st.sampled_from([at for at, field in enumerate(cron) if field != "?"]))
    return draw(
        st.sampled_from(
            [
                " ".join([*cron[:wrong], draw(fields), *cron[wrong + 1 :]]),
                " ".join([minutes, hours, date, month, weekday]),
                " ".join([minutes, hours, "*", month, draw(st.sampled_from(["*", "1-5", "0", "7", draw(fields)]))]),
                " ".join([minutes, hours, draw(fields), month, "*"]),
                " ".join([minutes, hours, "*", month, "*", year]),
                f"0 {' '.join(cron)}",
                "  ".join(cron),
                draw(st.sampled_from(["@daily", "@weekly", "@reboot", "daily", ""])),
            ]
        )
    )


wrapped = st.sampled_from(
    ["{}", "{}", "{}", " {}", "{} ", "cron({})", "rate({})", "at({})", "Rate( {} )", "at({}", "cron(cron({}))"]
)
timings = st.builds(str.format, wrapped, st.one_of(wrong_crons(), rates, ats))


def problem_of(kind: str, text: str) -> Problem | None:
    """What the check says of a timing, which is one thing or nothing."""
    return next(iter(checked(f"{ENTRY}{kind}: {json.dumps(text)}}}\n").errors), None)


def fixed(kind: str, text: str, problem: Problem) -> tuple[str, str] | None:
    """The timing as the message advises; only a field where the message is about one."""
    advice = re.search(r'write (?:for example )?"([^"]*)"(?: under "(\w+)")?', problem.message)
    if advice is None:
        return None
    wrong = re.match(r'"([^"]*)"', problem.message)
    if wrong is None or wrong[1] == text:
        return advice[2] or kind, advice[1]
    start = max(0, problem.column - 1 - len(f'{ENTRY.splitlines()[-1]}{kind}: "'))
    assert text[start:].startswith(wrong[1])
    return kind, text[:start] + advice[1] + text[start + len(wrong[1]) :]


@examples(400)
@given(st.sampled_from(KINDS), timings)
def test_a_timing_that_an_author_is_advised_to_write_is_not_refused_itself(kind: str, text: str) -> None:
    problem = problem_of(kind, text)
    right = fixed(kind, text, problem) if problem else None

    assert right is None or problem_of(*right) is None, (problem, right)
