"""A one-time entry is over, in every view, when EventBridge Scheduler stops trying: a stack's settings decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.deployment.plan import SCHEDULE, Plan, Step, tell_clock
from schedule_catalog.diff import compare
from schedule_catalog.diff.revisions import RevisionFile
from schedule_catalog.document import parse_document
from schedule_catalog.editing import prunings
from schedule_catalog.operations import missed_runs
from schedule_catalog.pages.report import report
from schedule_catalog.settings import Settings, handing_minutes, parse_settings
from tests.catalog_texts import entry
from tests.schedule_catalog.operations.aws import Clients

DUE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "at: 2026-11-23T09:00\nretry: {max_age_minutes: 1}"
FILE = (
    "owner: billing\nschedules:\n  nightly:\n    at: 2026-11-23T09:00\n"
    "    retry: {max_age_minutes: 1}\n    request: {url: https://api.example.com/close}\n"
)
Known = dict[str, Settings]


def aged(minutes: int) -> Settings:
    return parse_settings("prod", {"hosts": ["api.example.com"], "scheduler": {"max_age_minutes": minutes}})


def by_report(known: Known, now: datetime) -> bool:
    (row,) = report(Catalog((entry(TEXT),), (), 1, 1), now, settings=known).rows
    return row.state == "finished"


def by_prune(known: Known, now: datetime) -> bool:
    return bool(prunings([parse_document(FILE.encode(), "a.yaml")], now, known))


def by_diff(known: Known, now: datetime) -> bool:
    file = RevisionFile("a.yaml", FILE.encode(), lambda: parse_document(FILE.encode(), "a.yaml"))
    return bool(compare([file], [file], settings=known, calendars=(UNREAD, UNREAD), now=now).finished)


def by_plan(known: Known, now: datetime) -> bool:
    plan = Plan("prod", (Step("delete", SCHEDULE, "a", ()),), ())
    (step,) = tell_clock(plan, [entry(TEXT)], now, handing_minutes(known, "prod")).steps
    return step.by_clock


def by_history(known: Known, now: datetime) -> bool:
    search = missed_runs(Clients().stack, [entry(TEXT)], now - timedelta(days=1), now, handing_minutes(known, "prod"))
    return not search.absent


def by_program(known: Known, now: datetime) -> bool:
    return schedule_arguments(entry(TEXT), now, known.get("prod") or aged(15)) is None


@pytest.mark.parametrize("over", [by_report, by_prune, by_diff, by_plan, by_history, by_program])
@pytest.mark.parametrize(("minutes", "known"), [(15, None), (60, 60), (1, 1)])
def test_a_one_time_entry_is_over_when_its_stack_s_scheduler_gives_up(
    over: Callable[[Known, datetime], bool], minutes: int, known: int | None
) -> None:
    stacks = {"prod": aged(known)} if known else {}

    assert not over(stacks, DUE + timedelta(minutes=minutes, seconds=-1))
    assert over(stacks, DUE + timedelta(minutes=minutes))


def test_what_every_stack_gets_is_over_when_the_last_of_them_gives_up() -> None:
    stacks = {"dev": aged(15), "prod": aged(60)}

    assert (handing_minutes(stacks, None), handing_minutes(stacks, "dev"), handing_minutes({}, None)) == (60, 15, 15)
