from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schedule_catalog.entry import HANDING_MINUTES
from schedule_catalog.operations import Search, missed_runs
from schedule_catalog.operations.missed import GRACE
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients
from tests.schedule_catalog.operations.records import at, record

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

CRON = 'cron: "0 9 * * ? *"'
RATE = "rate: 2 hours"
WEEK = at("2026-11-16T09:30")


def entry(text: str) -> Entry:
    lines = text.replace("; ", "\n    ")
    catalog = checked(f"owner: team\nschedules:\n  a:\n    {lines}\n    request: {{service: callback, path: /}}\n")
    assert not catalog.errors
    return catalog.entries[0]


def search(aws: Clients, text: str, since: datetime = WEEK, now: datetime = NOW) -> Search:
    return missed_runs(aws.stack, [entry(text)], since, now, HANDING_MINUTES)


def missed(aws: Clients, text: str, since: datetime = WEEK, now: datetime = NOW) -> list[str]:
    return [f"{one.scheduled:%dT%H:%M}" for one in search(aws, text, since, now).missed]


def world(*runs: str, made: str = "2026-11-01T00:00", changed: str | None = None) -> Clients:
    aws = Clients()
    aws.scheduler.add("a", CreationDate=at(made), LastModificationDate=at(changed or made))
    aws.dynamodb.items += [record("a", f"2026-11-{run}:00Z").to_item() for run in runs]
    return aws


def test_a_cron_missed_each_fire_that_has_no_run() -> None:
    runs = [f"{day}T09:00" for day in range(16, 23) if day not in (18, 20)]

    assert missed(world(*runs), CRON) == ["18T09:00", "20T09:00"]


@pytest.mark.parametrize("state", ["running", "waiting", "delivered", "undelivered", "skipped"])
def test_a_run_in_any_state_was_not_missed(state: str) -> None:
    aws = world("22T09:00")
    aws.dynamodb.items[0]["state"] = {"S": state}

    assert missed(aws, CRON, at("2026-11-22T00:00")) == []


def test_a_run_that_a_person_made_anew_is_not_the_fires_own() -> None:
    aws = world()
    aws.dynamodb.items.append(record("a", "2026-11-22T09:00:00Z#by-hand").to_item())

    assert missed(aws, CRON, at("2026-11-22T00:00")) == ["22T09:00"]


def test_a_fire_is_missed_when_its_window_and_its_grace_are_over() -> None:
    due = at("2026-11-22T09:00")
    windowed = f"{CRON}; flexible_window_minutes: 30"

    assert missed(world(), CRON, due, due + GRACE) == []
    assert missed(world(), CRON, due, due + GRACE + timedelta(seconds=1)) == ["22T09:00"]
    assert missed(world(), windowed, due, due + GRACE + timedelta(minutes=30)) == []
    assert missed(world(), windowed, due, due + GRACE + timedelta(minutes=31)) == ["22T09:00"]


def test_nothing_is_promised_before_the_schedule_or_the_ledger_was_made_nor_when_disabled() -> None:
    assert missed(world(made="2026-11-21T00:00"), CRON) == ["21T09:00", "22T09:00"]
    assert missed(world(), f"{CRON}; enabled: false") == []
    assert missed(world(), f"{CRON}; start: 2026-11-22T00:00") == ["22T09:00"]
    aws = world()
    aws.dynamodb.created = at("2026-11-22T00:00")
    found = search(aws, CRON)
    assert (found.since, len(found.missed)) == (at("2026-11-22T00:00"), 1)


def test_what_was_missed_before_a_change_is_in_doubt() -> None:
    found = search(world(changed="2026-11-21T12:00"), CRON, at("2026-11-21T00:00"))

    assert [(f"{one.scheduled:%d}", one.doubt) for one in found.missed] == [("21", True), ("22", False)]


def test_a_one_time_schedule_is_missed_once() -> None:
    assert missed(world(), "at: 2026-11-22T09:00") == ["22T09:00"]
    assert missed(world("22T09:00"), "at: 2026-11-22T09:00") == []


def test_what_is_not_in_aws_is_named_and_not_called_missed() -> None:
    found = search(Clients(), CRON)

    assert (found.missed, found.absent) == ((), ("a",))


def test_a_rate_has_missed_when_no_run_came_for_two_intervals() -> None:
    runs = [f"22T{hour:02}:17" for hour in range(0, 24, 2)]
    beginning = at("2026-11-22T00:00")

    assert missed(world(*runs), RATE, beginning, at("2026-11-23T02:17") + GRACE) == []
    assert missed(world(*runs), RATE, beginning, at("2026-11-23T02:18") + GRACE) == ["23T00:17"]
    assert missed(world(*runs[:4], *runs[7:]), RATE, beginning, at("2026-11-22T23:00")) == ["22T08:17"]


def test_a_rate_without_any_run_counts_from_when_it_was_made_or_changed() -> None:
    now = at("2026-11-22T12:00")

    assert missed(world(made="2026-11-22T07:00"), RATE, WEEK, now) == ["22T09:00"]
    assert missed(world(made="2026-11-22T08:30"), RATE, WEEK, now) == []
    assert missed(world(changed="2026-11-22T09:30"), RATE, WEEK, now) == []
    assert missed(world(), f"{RATE}; enabled: false", WEEK, now) == []
    assert missed(world(), "rate: 7 hours; start: 2026-11-22T11:00", WEEK, now) == []


def test_a_rate_that_its_start_anchors_missed_each_fire_without_a_run() -> None:
    now = at("2026-11-22T18:00")

    assert missed(world("22T13:00"), f"{RATE}; start: 2026-11-22T11:00", WEEK, now) == [
        "22T11:00",
        "22T15:00",
        "22T17:00",
    ]


def test_the_last_run_of_a_rate_is_told() -> None:
    (one,) = search(world("22T04:00"), RATE, at("2026-11-22T00:00"), at("2026-11-22T12:00")).missed

    assert (one.last, one.scheduled) == (at("2026-11-22T04:00"), at("2026-11-22T06:00"))


def test_many_schedules_are_looked_at_and_those_of_others_are_not() -> None:
    aws = world()
    aws.scheduler.add("theirs", NAMES.adhoc_group)
    names = [f"s{number}" for number in range(60)]
    for name in names:
        aws.scheduler.add(name)
    text = "".join(f"  {name}:\n    {CRON}\n    request: {{service: callback, path: /}}\n" for name in names)
    entries = checked(f"owner: team\nschedules:\n{text}").entries

    found = missed_runs(aws.stack, entries, at("2026-11-22T00:00"), NOW, HANDING_MINUTES)

    assert [one.entry.name for one in found.missed] == sorted(names)
