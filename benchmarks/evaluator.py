"""The evaluator beside the libraries from PyPI, in one run: `python -m benchmarks.evaluator [COUNT] [--distinct]`.

None of them reads all of AWS's syntax and follows its rules in a time zone, so each does what it can, which is less:
aws-croniter takes AWS's six fields but only knows UTC; cronsim and croniter take Unix's five, so they get a
translation made beforehand, and leave out what they cannot read. Ours parses, reads its zones' files and fills its
caches in the time measured. Times are CPU seconds of one run.
With --distinct no text comes twice, so that none is remembered.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter  # pyright: ignore[reportMissingTypeStubs]
from croniter import croniter
from cronsim import CronSim, CronSimError

from benchmarks.mixed_expressions import Mixed, mixed_expressions
from schedule_catalog.expressions import fires, next_fires

START = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
END = START + timedelta(days=7)

Evaluator = Callable[[Mixed], list[datetime]]


class Candidate(NamedTuple):
    """One evaluator: how it gives the fires of the window, and the next fire; both parse first."""

    name: str
    window: Evaluator
    following: Evaluator


def main(arguments: list[str]) -> None:
    """Measure both tasks for every candidate and print a table."""
    count = next((int(each) for each in arguments if each.isdigit()), 10_000)
    expressions = distinct(2 * count) if "--distinct" in arguments else list(mixed_expressions(count))
    UNIX.update({each.fields: unix(each.fields) for each in expressions})
    print(f"{count} expressions a task, {len(set(expressions))} of them distinct; CPU seconds, ratios to ours")
    print(f"{'':22} {'fires':>9} {'7 days':>9} {'ratio':>7}   {'read':>6} {'next':>9} {'ratio':>7}")
    ours: tuple[float, float] | None = None
    for candidate in CANDIDATES:
        found, window = timed(candidate.window, expressions[:count])
        read, following = timed(candidate.following, expressions[-count:])
        ours = ours or (window, following)
        print(
            f"{candidate.name:22} {found:9} {window:9.3f} {window / ours[0]:7.1f}"
            f"   {read:6} {following:9.3f} {following / ours[1]:7.1f}",
            flush=True,
        )


def distinct(count: int) -> list[Mixed]:
    """Give so many of the same mix, no two of the same text."""
    by_fields = {each.fields: each for each in mixed_expressions(10 * count)}
    return list(by_fields.values())[:count]


def timed(work: Evaluator, expressions: list[Mixed]) -> tuple[int, float]:
    """Count the fires of all expressions that the candidate can read; gives the CPU seconds as well."""
    total = 0
    began = time.process_time()
    for each in expressions:
        try:
            total += len(work(each))
        except (CronSimError, ValueError):  # not this library's syntax
            continue
    return total, time.process_time() - began


def our_window(each: Mixed) -> list[datetime]:
    """Parse and give the fires of 7 days, in the zone."""
    return list(fires(f"cron({each.fields})", each.timezone, START, END))


def our_following(each: Mixed) -> list[datetime]:
    """Parse and give the next fire, in the zone."""
    return next_fires(f"cron({each.fields})", each.timezone, START, 1)


def aws_croniter_window(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    aws: Any = AwsCroniter(each.fields)
    return aws.get_all_schedule_bw_dates(START, END)


def aws_croniter_following(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    aws: Any = AwsCroniter(each.fields)
    return aws.get_next(START)


def cronsim_window(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    return list(takewhile(lambda fire: fire < END, CronSim(UNIX[each.fields], START)))


def cronsim_following(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    return [next(CronSim(UNIX[each.fields], START))]


def cronsim_zone_window(each: Mixed) -> list[datetime]:
    """The same in the zone, by Debian's rules."""
    start = START.astimezone(ZoneInfo(each.timezone))
    return list(takewhile(lambda fire: fire < END, CronSim(UNIX[each.fields], start)))


def cronsim_zone_following(each: Mixed) -> list[datetime]:
    """The same in the zone, by Debian's rules."""
    return [next(CronSim(UNIX[each.fields], START.astimezone(ZoneInfo(each.timezone))))]


def croniter_window(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    steps: Iterator[datetime] = croniter(UNIX[each.fields], START, ret_type=datetime)
    return list(takewhile(lambda fire: fire < END, steps))


def croniter_following(each: Mixed) -> list[datetime]:
    """The same in UTC."""
    return [croniter(UNIX[each.fields], START, ret_type=datetime).get_next()]


def unix(fields: str) -> str:
    """Translate AWS's six fields of any year: Unix counts weekdays from Sunday = 0."""
    minutes, hours, day_of_month, month, day_of_week, _ = fields.replace("?", "*").split()
    day_of_week = re.sub(r"^[1-7](?=[L#])", lambda match: str(int(match[0]) - 1), day_of_week)
    minutes = re.sub(r"^(\d+)/", r"\1-59/", minutes)
    return f"{minutes} {hours} {day_of_month} {month} {day_of_week}"


UNIX: dict[str, str] = {}
"""Unix's text of each AWS text, made before anything is measured."""

CANDIDATES = (
    Candidate("ours, zones", our_window, our_following),
    Candidate("aws-croniter, UTC", aws_croniter_window, aws_croniter_following),
    Candidate("cronsim, UTC", cronsim_window, cronsim_following),
    Candidate("cronsim, zones", cronsim_zone_window, cronsim_zone_following),
    Candidate("croniter, UTC", croniter_window, croniter_following),
)


if __name__ == "__main__":
    main(sys.argv[1:])
