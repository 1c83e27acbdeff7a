"""The facts of a schedule's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from schedule_catalog.pages.console.desk import UPCOMING, Desk, WantedCatalog
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import calendars, checked
from tests.schedule_catalog.operations.aws import NAMES, NOW
from tests.schedule_catalog.pages.console.site import CATALOG, deployed


def test_an_applications_schedule_with_the_name_of_an_entry_is_another_schedule() -> None:
    entries = checked(CATALOG, stack="prod", now=NOW).entries
    aws = deployed()
    aws.scheduler.add("nightly", NAMES.adhoc_group, ScheduleExpression="at(2026-12-24T10:00:00)")
    desk = Desk(aws.stack, NAMES, lambda: WantedCatalog(entries, parse_settings("prod", {})), lambda: NOW)

    own = desk.schedule(aws.stack.schedule_arn(NAMES.catalog_group, "nightly"))
    other = desk.schedule(aws.stack.schedule_arn(NAMES.adhoc_group, "nightly"))

    assert (own.entry, own.identity.group) == (entries[0], NAMES.catalog_group)
    assert (other.entry, other.differences, other.runs) == (None, (), ())
    assert other.upcoming == (datetime(2026, 12, 24, 10, tzinfo=UTC),)


def test_the_next_fires_of_a_schedule_are_none_that_its_calendar_leaves_out() -> None:
    known = calendars(fair="description: x\ndates: [{from: 2026-11-24, to: 2026-11-30, reason: fair}]")
    text = CATALOG.replace("timezone:", "not_on: [fair], timezone:")
    entries = checked(text, stack="prod", calendars=known, now=NOW).entries
    aws = deployed()
    desk = Desk(aws.stack, NAMES, lambda: WantedCatalog(entries, parse_settings("prod", {})), lambda: NOW)

    found = desk.schedule(aws.stack.schedule_arn(NAMES.catalog_group, "nightly")).upcoming

    assert len(found) == UPCOMING
    assert found[0] == datetime(2026, 12, 1, tzinfo=UTC)


def test_who_waited_for_a_board_that_took_long_to_read_receives_it() -> None:
    aws, moments = deployed(), [NOW]
    ask, asked = aws.scheduler.list_schedules, list[str]()

    def slowly(**of: Any) -> dict[str, Any]:
        asked.append(of["GroupName"])
        moments.append(moments[-1] + timedelta(seconds=5))
        return ask(**of)

    aws.scheduler.list_schedules = slowly
    entries = checked(CATALOG, stack="prod", now=NOW).entries
    desk = Desk(aws.stack, NAMES, lambda: WantedCatalog(entries, parse_settings("prod", {})), lambda: moments[-1])

    first, requests = desk.overview(), len(asked)
    assert desk.overview() is first
    assert len(asked) == requests
    moments.append(moments[-1] + timedelta(seconds=2))
    assert desk.overview() is not first
