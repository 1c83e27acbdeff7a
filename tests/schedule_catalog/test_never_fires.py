"""Every view of the future asks the entry's Timing: one that never fires leaves all of them empty."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from local.simulation.catalog import run_catalog
from local.simulation.faults import Faults
from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.cost import StackSize, costs
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.deployment.plan import SCHEDULE, Plan, Step, tell_clock
from schedule_catalog.diff.effects import effect
from schedule_catalog.diff.outlooks import new_hazards, outlook
from schedule_catalog.entry import HANDING_MINUTES
from schedule_catalog.forecast import forecast_entries
from schedule_catalog.hazards import hazards
from schedule_catalog.operations import missed_runs
from schedule_catalog.pages.report.data import data_json
from schedule_catalog.pages.report.report import report
from schedule_catalog.pile_ups import pile_ups
from schedule_catalog.settings import parse_settings
from schedule_catalog.timing import Spans, Timing
from schedule_catalog.volume import calls_per_month, shortest_promised_interval
from tests.catalog_texts import entry
from tests.schedule_catalog.operations.aws import Clients

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
SETTINGS = parse_settings("prod", {})
TEXTS = {
    "cron": 'cron: "30 2 * * ? *"\ntimezone: Europe/Paris',
    "rate": "rate: 1 hour",
    "anchored": "rate: 1 day\nstart: 2026-11-01T01:30\ntimezone: UTC",
    "once": "at: 2026-11-25T01:30",
}
ENTRIES = tuple(replace(entry(text), name=name) for name, text in TEXTS.items())


class Off(Timing):
    """A timing that is off, whatever its fields say."""

    @property
    def off(self) -> str | None:
        return "never"


class Kept(Timing):
    """A timing of which no fire counts, as in a pause without an end."""

    def spans(self, start: datetime, end: datetime) -> Spans:
        return ()


def with_timing(kind: type[Timing]) -> tuple[Entry, ...]:
    """The entries with timings of that class: the place where another answer to "when" is put in."""
    values = [{each.name: getattr(one.timing, each.name) for each in fields(Timing)} for one in ENTRIES]
    return tuple(replace(one, timing=kind(**each)) for one, each in zip(ENTRIES, values, strict=True))


def forecast(entries: tuple[Entry, ...]) -> int:
    return sum(len(each.fires) for each in forecast_entries(entries, NOW, 5))


def week(entries: tuple[Entry, ...]) -> float:
    """All numbers about the time to come in the page's data, and the marks of the clocks."""
    data = json.loads(data_json(report(Catalog(entries, (), 1, len(entries)), NOW, settings={})))
    numbers = sum(calls + monthly + len(runs) + len(upcoming) for calls, monthly, runs, upcoming in data["timings"])
    return numbers + sum(len(row.get("marks", ())) for row in data["rows"])


def cost(entries: tuple[Entry, ...]) -> float:
    return sum(each.cost.calls for each in costs(entries, StackSize(), NOW))


def diff_outlook(entries: tuple[Entry, ...]) -> float:
    sides = [outlook(each.timing, NOW) for each in entries]
    return sum(len(side.fires) + side.calls_per_month for side in sides) + sum(
        len(new_hazards(None, each.timing, NOW)) for each in entries
    )


def diff_effect(entries: tuple[Entry, ...]) -> int:
    """What creation and removal do: a fire at once, a pending run that is lost."""
    once = [note for each in entries for note in effect(None, each, NOW, SETTINGS).notes if "fires at once" in note]
    lost = [note for each in entries for note in effect(each, None, NOW, SETTINGS).notes if "pending" in note]
    return len(once) + len(lost)


def clock(entries: tuple[Entry, ...]) -> int:
    return sum(len(hazards(each.timing, NOW)) for each in entries)


def crowds(entries: tuple[Entry, ...]) -> int:
    return len(pile_ups(entries, 1, NOW))


def missed(entries: tuple[Entry, ...]) -> int:
    aws = Clients()
    made = datetime(2026, 11, 1, tzinfo=UTC)
    for name in TEXTS:
        aws.scheduler.add(name, CreationDate=made, LastModificationDate=made)
    return len(
        missed_runs(
            aws.stack, entries, datetime(2026, 11, 24, tzinfo=UTC), NOW + timedelta(days=4), HANDING_MINUTES
        ).missed
    )


def volume(entries: tuple[Entry, ...]) -> float:
    return sum(calls_per_month(each.timing, NOW) for each in entries)


def promise(entries: tuple[Entry, ...]) -> timedelta | None:
    return shortest_promised_interval([each.timing for each in entries], NOW)


def creation(entries: tuple[Entry, ...]) -> int:
    return sum(each.timing.fires_at_creation(NOW) for each in entries)


def minutes(entries: tuple[Entry, ...]) -> int:
    return sum(any(each.timing.fires(NOW, NOW + timedelta(days=9))) for each in entries)


VIEWS: tuple[Callable[[tuple[Entry, ...]], float | timedelta | None], ...] = (
    forecast, week, cost, diff_outlook, diff_effect, clock, crowds, missed, volume, promise, creation, minutes,
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("kind", [Off, Kept])
def test_a_view_of_the_future_is_empty_where_the_timing_never_fires(
    view: Callable[[tuple[Entry, ...]], object], kind: type[Timing]
) -> None:
    assert view(with_timing(Timing)), "the view has something to show of the same entries as they are written"
    assert not view(with_timing(kind))


def test_the_program_plans_no_fire_of_an_entry_that_is_off() -> None:
    planned = [schedule_arguments(each, NOW, SETTINGS) for each in with_timing(Off)]

    assert [each.state for each in planned if each] == ["DISABLED"] * len(ENTRIES)


@pytest.mark.parametrize(("kind", "fires"), [(Timing, True), (Off, False)])
def test_simulated_time_brings_no_run_of_an_entry_that_is_off(kind: type[Timing], fires: bool) -> None:
    calm, end = Faults(), NOW + timedelta(days=4)
    found = run_catalog(with_timing(kind), SETTINGS, "https://example.com", NOW, end, calm, Random(1))

    assert bool(found.runs) == fires
    assert found.faults == ()


def test_no_step_of_a_preview_is_of_the_clock_where_no_time_has_passed() -> None:
    deletions = tuple(Step("delete", SCHEDULE, name, ()) for name in TEXTS)

    for kind in (Timing, Off, Kept):
        assert not [
            step
            for step in tell_clock(Plan("prod", deletions, ()), with_timing(kind), NOW, HANDING_MINUTES).steps
            if step.by_clock
        ]


@pytest.mark.parametrize("kind", [Off, Kept])
def test_the_report_and_the_diff_say_why_a_timing_is_off(kind: type[Timing]) -> None:
    entries = with_timing(kind)
    states = {row.state for row in report(Catalog(entries, (), 1, len(entries)), NOW, settings={}).rows}
    notes = {note for each in entries for note in effect(None, each, NOW, SETTINGS).notes}

    assert states == {entries[0].timing.off or "active"}
    assert notes == ({"it is never: it does not fire"} if kind is Off else set())
