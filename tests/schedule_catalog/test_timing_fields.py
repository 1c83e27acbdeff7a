"""Every field of Timing, from its key in a file to each place that has to know it.

The table has a pair of entries for each field; a field without a pair, or one that some place passes over, fails here.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from local.dispatcher.occurrence import next_fire
from local.simulation.schedules import CatalogSource, schedule_arn
from proxy.arrival import Arrival, first
from proxy.event import read_run
from proxy.exclusion import left_out
from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.diff.fields import field_changes
from schedule_catalog.editing.layout_order import in_order
from schedule_catalog.forecast import forecast_entries
from schedule_catalog.operations import get_schedule
from schedule_catalog.pages.report.data import data_json
from schedule_catalog.pages.report.report import report
from schedule_catalog.settings import parse_settings, proxy_settings
from schedule_catalog.timing import TIMES, Timing
from schedule_client.contract.times import wire_time
from tests.catalog_texts import calendars, checked, entry
from tests.schedule_catalog.operations.aws import NAMES, Clients
from tests.schedule_catalog.operations.deployment import deploy

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

ASSETS = Path(__file__).parents[2] / "schedule_catalog" / "pages" / "report" / "assets"
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
END = NOW + timedelta(days=40)
SETTINGS = parse_settings("prod", {})
DAILY = 'cron: "0 9 * * ? *"\n'
RATE = "rate: 90 minutes\n"
ANCHORED = "rate: 90 minutes\nstart: 2026-11-20T00:00\n"
KNOWN = calendars(
    de="description: holidays\ndates: [2026-12-24, {from: 2026-12-25, to: 2026-12-26, reason: Christmas}]",
    closing="description: x\ntimezone: UTC\ndates: [{from: 2026-12-10T06:00, to: 2026-12-12T09:00, reason: books}]",
)
FREEZING = parse_settings("prod", {"freezes": ["closing"]})


class Case(NamedTuple):
    """An entry without the key, and what the key says."""

    without: str
    key: str
    moves: bool = True
    """Whether the key changes when the entry fires."""
    frozen: bool = False
    """Whether it is the settings of the stack that say it, and not a key of the entry."""


FIELDS: dict[str, tuple[Case, ...]] = {
    "expression": (Case("", 'cron: "30 9 * * ? *"'), Case("", "rate: 2 hours"), Case("", "at: 2026-12-01T09:00")),
    "timezone": (Case(DAILY, "timezone: Asia/Seoul"),),
    "enabled": (Case(DAILY, "enabled: false"), Case(RATE, "enabled: false")),
    "start": (
        Case(DAILY, "start: 2026-12-01T00:00"),
        Case(RATE + "timezone: UTC\n", "start: 2026-12-01T00:10"),
        Case("rate: 2 hours\ntimezone: UTC\n", "start: 2026-12-01T00:10"),
        Case("rate: 2 hours\ntimezone: UTC\n", "start: 2026-11-01T00:10"),
    ),
    "end": (Case(DAILY, "end: 2026-12-01T09:00"), Case(RATE + "timezone: UTC\n", "end: 2026-12-01T00:00")),
    "flexible_window_minutes": (Case(DAILY, "flexible_window_minutes: 15", moves=False),),
    "pause": (
        Case(DAILY, "pause: {until: 2026-12-01T09:00, reason: migration}"),
        Case(RATE, "pause: {until: 2026-12-01T00:10, reason: migration}"),
        Case(ANCHORED, "pause: {until: 2026-12-01T00:10, reason: migration}"),
    ),
    "not_on": (Case(DAILY, "not_on: [de]"), Case(RATE, "not_on: [de]"), Case(ANCHORED, "not_on: [de]")),
    "freezes": (Case(DAILY, "", frozen=True), Case(RATE, "", frozen=True)),
}
CASES = [pytest.param(name, case, id=f"{name}-{at}") for name, cases in FIELDS.items() for at, case in enumerate(cases)]


def pair(case: Case) -> tuple[Entry, Entry]:
    base = 'cron: "0 8 * * ? *"\n' if not case.without else case.without.replace("timezone: UTC\n", "")
    frozen = {"prod": FREEZING} if case.frozen else {}
    with_it = entry(case.without + case.key, calendars=KNOWN, settings=frozen)
    return replace(entry(base, calendars=KNOWN), stack=with_it.stack), with_it


def fires(one: Entry) -> list[datetime]:
    return list(one.timing.fires(NOW, END, anchor=NOW))


def fires_of_what_is_sent(one: Entry) -> list[datetime]:
    """The fires of the schedule that a deployment now makes, by EventBridge Scheduler's rules and the proxy's."""
    arguments = schedule_arguments(one, NOW, SETTINGS)
    assert arguments is not None
    schedule = CatalogSource(iter([arguments]), NOW).schedules()[schedule_arn(one.name)]
    found: list[datetime] = []
    at = next_fire(schedule, NOW, NOW) if schedule.enabled else None
    while at is not None and at < END:
        found += [at] if is_called(one, at) else []
        at = next_fire(schedule, NOW, at + timedelta(seconds=1))
    return found


def is_called(one: Entry, fire: datetime) -> bool:
    """Whether the proxy that this entry is deployed with calls a run that is due then."""
    due = {"name": one.name, "arn": schedule_arn(one.name), "time": wire_time(fire)}
    event = {**one.event, "schedule": due}
    arrival = Arrival(
        run=read_run(event, "catalog", "id"), event=event, request_id="id", holder="id", until=0, now=0, since=0
    )
    return left_out(first(arrival), arrival, proxy_settings(SETTINGS, "https://a.example", [one])) is None


def row_of_report(one: Entry) -> dict[str, object]:
    found = json.loads(data_json(report(Catalog((one,), (), 1, 1), NOW, settings={})))["rows"][0]
    return {key: value for key, value in found.items() if key not in ("place", "marks")}


def test_every_field_has_a_case() -> None:
    assert list(FIELDS) == [each.name for each in fields(Timing)]


def test_the_times_are_known() -> None:
    assert [each.name for each in fields(Timing) if "datetime" in str(each.type)] == list(TIMES)


@pytest.mark.parametrize("key", TIMES)
@pytest.mark.parametrize(
    ("text", "rule"), [("tomorrow", "bounds"), ("2027-02-30T00:00", "bounds"), ("2027-03-28T02:30", "local-time")]
)
def test_a_time_that_does_not_exist_is_an_error(key: str, text: str, rule: str) -> None:
    lines = f"{{cron: 0 9 * * ? *, timezone: Europe/Paris, {key}: '{text}', request: {{url: 'https://a.b/c'}}}}"
    catalog = checked(f"owner: team\nschedules:\n  a: {lines}\n")

    assert [each.rule for each in catalog.errors] == [rule]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_key_reaches_its_field(name: str, case: Case) -> None:
    without, with_it = pair(case)

    assert getattr(without.timing, name) != getattr(with_it.timing, name)
    assert without.timing != with_it.timing


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_key_that_keeps_an_entry_from_firing_does(name: str, case: Case) -> None:
    without, with_it = pair(case)

    assert (fires(without) != fires(with_it)) == case.moves, name
    assert with_it.timing.count(NOW, END, anchor=NOW) == len(fires(with_it))


@pytest.mark.parametrize(("name", "case"), CASES)
def test_what_is_sent_fires_when_the_timing_says(name: str, case: Case) -> None:
    for one in pair(case):
        assert fires_of_what_is_sent(one) == fires(one), name
    without, with_it = (schedule_arguments(one, NOW, SETTINGS) for one in pair(case))
    assert (without != with_it) == (not case.frozen)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_what_is_in_aws_fires_when_the_timing_says_but_for_what_the_entry_leaves_out(name: str, case: Case) -> None:
    for one in pair(case):
        arguments = schedule_arguments(one, NOW, SETTINGS)
        assert arguments is not None
        aws = Clients()
        deploy(aws, arguments)
        found = get_schedule(aws.stack, NAMES.catalog_group, one.name)
        assert found is not None
        assert list(found.timing_like(one).fires(NOW, END, anchor=NOW)) == fires(one), name


@pytest.mark.parametrize(("name", "case"), CASES)
def test_next_the_report_and_the_diff_show_a_key(name: str, case: Case) -> None:
    without, with_it = pair(case)
    shown = [(each.expression, each.timezone, each.notes) for each in forecast_entries(pair(case), NOW, 1)]

    assert len(set(shown)) == 2, name
    assert row_of_report(without) != row_of_report(with_it)
    said = case.key or name
    assert any(said.startswith(change.path.split(".")[0]) for change in field_changes(without, with_it))


def test_the_page_shows_every_key_of_its_rows() -> None:
    scripts = "".join(path.read_text() for path in ASSETS.glob("*.js"))
    found = {key for cases in FIELDS.values() for case in cases for one in pair(case) for key in row_of_report(one)}

    assert {key for key in found if f"row.{key}" not in scripts} == set()


@pytest.mark.parametrize(("name", "case"), [each for each in CASES if each.values[0] != "freezes"])
def test_new_and_fmt_know_where_a_key_stands(name: str, case: Case) -> None:
    key = re.split(r"[: ]", case.key)[0]

    assert [each for each, _ in in_order(((key, 0), ("zzz", 0)), ("schedules", "a"))] == [key, "zzz"], name
    assert [each for each, _ in in_order((("request", 0), (key, 0)), ("schedules", "a"))] == [key, "request"], name
