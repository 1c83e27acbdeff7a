"""EventBridge Scheduler's semantics, in simulated time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.dispatcher import EvaluationError, Handover, Journal, Schedule, SourceError
from tests.local.dispatcher.world import INPUT, MONDAY, PREFIX, TARGET, World, run, schedule

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def test_a_rate_without_a_start_fires_at_once_and_then_by_its_interval(world: World, journal: Journal) -> None:
    world.put(schedule("beat", "rate(1 minute)", created=MONDAY + timedelta(seconds=7, milliseconds=400)))
    world.now = MONDAY + timedelta(seconds=8)

    run(world, world.dispatcher(journal), timedelta(minutes=2))

    assert world.times("beat") == ["09:00:07", "09:01:07", "09:02:07"]


def test_a_rate_with_a_start_counts_from_it(world: World, journal: Journal) -> None:
    world.put(schedule("beat", "rate(1 minute)", start=MONDAY + timedelta(seconds=90)))

    run(world, world.dispatcher(journal), timedelta(minutes=3))

    assert world.times("beat") == ["09:01:30", "09:02:30"]


def test_a_cron_does_not_fire_for_the_minute_in_which_it_was_created(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)", created=MONDAY + timedelta(milliseconds=1)))

    run(world, world.dispatcher(journal), timedelta(minutes=2))

    assert world.times("tick") == ["09:01:00", "09:02:00"]


def test_a_cron_fires_by_the_wall_clock_of_its_zone(world: World, journal: Journal) -> None:
    world.put(schedule("berlin", "cron(30 10 * * ? *)", timezone="Europe/Berlin"))

    run(world, world.dispatcher(journal), timedelta(hours=1), poll=timedelta(minutes=10))

    assert world.times("berlin") == ["09:30:00"]


def test_an_end_is_the_last_instant_at_which_a_schedule_may_fire(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)", end=MONDAY + 2 * MINUTE))

    run(world, world.dispatcher(journal), timedelta(minutes=5))

    assert world.times("tick") == ["09:00:00", "09:01:00", "09:02:00"]


def test_a_one_time_schedule_fires_once(world: World, journal: Journal) -> None:
    world.put(schedule("once", "at(2026-11-23T10:02:00)", timezone="Europe/Berlin"))

    run(world, world.dispatcher(journal), timedelta(minutes=30), poll=MINUTE)

    assert world.times("once") == ["09:02:00"]


def test_a_one_time_schedule_created_after_its_time_fires_at_once(world: World, journal: Journal) -> None:
    world.put(schedule("late", "at(2026-11-23T08:00:00)"))

    run(world, world.dispatcher(journal), MINUTE)

    assert world.times("late") == ["08:00:00"]


def test_a_disabled_schedule_is_silent_and_makes_up_for_nothing_when_it_is_enabled(
    world: World, journal: Journal
) -> None:
    off = schedule("tick", "cron(* * * * ? *)", enabled=False)
    world.put(off)
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, timedelta(seconds=150))
    assert world.sent == []

    world.put(replace(off, enabled=True, modified=world.now))
    run(world, dispatcher, MINUTE)

    assert world.times("tick") == ["09:03:00"]


def test_a_rate_that_is_switched_on_again_fires_at_once(world: World, journal: Journal) -> None:
    on = schedule("beat", "rate(1 hour)")
    world.put(on)
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, MINUTE)
    world.put(replace(on, enabled=False, modified=world.now))
    run(world, dispatcher, MINUTE)

    world.put(replace(on, enabled=True, modified=world.now))
    run(world, dispatcher, MINUTE)

    assert world.times("beat") == ["09:00:00", "09:02:00"]


def test_a_flexible_window_delays_a_run_within_it_and_keeps_its_scheduled_time(world: World, journal: Journal) -> None:
    world.put(schedule("flexible", "at(2026-11-23T09:01:00)", window=timedelta(minutes=15)))
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, MINUTE)

    (waiting,) = journal.open_runs()
    assert timedelta(0) < waiting.due - waiting.scheduled < timedelta(minutes=15)
    world.now = waiting.due - timedelta(milliseconds=1)
    dispatcher.step()
    assert world.sent == []
    world.now = waiting.due
    dispatcher.step()

    assert world.times("flexible") == ["09:01:00"]


def test_a_run_that_waits_in_its_window_dies_with_its_schedule(world: World, journal: Journal) -> None:
    world.put(schedule("flexible", "at(2026-11-23T09:01:00)", window=timedelta(minutes=15)))
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, MINUTE)
    world.schedules.clear()

    run(world, dispatcher, timedelta(minutes=20))

    assert world.sent == []
    assert journal.open_runs() == []


def test_one_bad_schedule_is_told_once_and_stops_no_other(world: World, journal: Journal) -> None:
    world.schedules[PREFIX + "bad"] = EvaluationError("cron has no 25 o'clock")
    world.put(schedule("good", "rate(1 minute)"))

    run(world, world.dispatcher(journal), timedelta(minutes=2))

    assert len(world.times("good")) == 3
    assert world.told().count(("refused", "bad")) == 1


def test_a_schedule_that_cannot_be_evaluated_after_all_stops_no_other(world: World, journal: Journal) -> None:
    world.put(schedule("bad", "cron(99 99 * * ? *)", timezone="Mars/Phobos"), schedule("good", "rate(1 minute)"))

    run(world, world.dispatcher(journal), MINUTE)

    assert len(world.times("good")) == 2
    assert world.told().count(("refused", "bad")) == 1


def test_a_bad_schedule_that_was_mended_fires(world: World, journal: Journal) -> None:
    world.schedules[PREFIX + "tick"] = EvaluationError("no expression")
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, MINUTE)

    world.put(schedule("tick", "cron(* * * * ? *)", created=MONDAY, modified=world.now))
    run(world, dispatcher, MINUTE)

    assert world.times("tick")[-1] == "09:02:00"


def test_a_completed_one_time_schedule_that_asks_for_it_is_deleted(world: World, journal: Journal) -> None:
    world.put(
        schedule("gone", "at(2026-11-23T09:01:00)", deleted_when_done=True), schedule("kept", "at(2026-11-23T09:01:00)")
    )

    run(world, world.dispatcher(journal), timedelta(minutes=2))

    assert list(world.schedules) == [PREFIX + "kept"]
    assert ("completed", "gone") in world.told()


def test_a_recurring_schedule_is_deleted_after_the_last_fire_before_its_end(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)", end=MONDAY + MINUTE, deleted_when_done=True))

    run(world, world.dispatcher(journal), timedelta(minutes=3))

    assert world.times("tick") == ["09:00:00", "09:01:00"]
    assert world.schedules == {}


def test_a_schedule_that_is_retimed_while_it_is_being_completed_is_kept(world: World, journal: Journal) -> None:
    once = schedule("once", "at(2026-11-23T09:00:00)", deleted_when_done=True)
    world.put(once)
    dispatcher = world.dispatcher(journal)
    dispatcher.refresh()
    dispatcher.step()

    class Moved(dict[str, Schedule | EvaluationError]):
        """Still lists the old schedule while it already answers the new one."""

        def get(self, key: str, default: object = None) -> Schedule:
            return replace(once, expression="at(2026-11-23T11:00:00)", modified=MONDAY + MINUTE)

    world.schedules = Moved(world.schedules)
    dispatcher.refresh()

    assert list(world.schedules) == [PREFIX + "once"]


@pytest.mark.parametrize("expression", ["at(2026-11-23T09:01:00)", "rate(1 hour)"])
def test_a_schedule_deleted_and_created_again_fires_anew(expression: str, world: World, journal: Journal) -> None:
    world.put(schedule("again", expression))
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, timedelta(seconds=90))

    world.put(schedule("again", expression, created=world.now))
    run(world, dispatcher, MINUTE)

    assert len(world.times("again")) == 2


def test_a_retimed_schedule_fires_anew_and_an_edited_input_changes_no_time(world: World, journal: Journal) -> None:
    first = schedule("moved", "at(2026-11-23T09:01:00)")
    world.put(first)
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, timedelta(seconds=90))

    edited = replace(first, modified=world.now, delivery=Handover(TARGET, INPUT + " ", None))
    world.put(edited)
    run(world, dispatcher, MINUTE)
    world.put(replace(edited, modified=world.now, expression="at(2026-11-23T09:05:00)"))
    run(world, dispatcher, timedelta(minutes=5))

    assert world.times("moved") == ["09:01:00", "09:05:00"]


def test_what_was_missed_by_more_than_five_minutes_is_told_and_not_sent(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)"), schedule("once", "at(2026-11-23T09:10:00)"))
    dispatcher = world.dispatcher(journal)
    dispatcher.refresh()
    dispatcher.step()

    world.now = MONDAY + timedelta(hours=2)
    dispatcher.step()

    assert world.times("tick") == ["09:00:00", *(f"10:{minute}:00" for minute in range(55, 60)), "11:00:00"]
    assert world.times("once") == ["09:10:00"]
    (missed,) = [notice.text for notice in world.notices if notice.kind == "missed"]
    assert missed == "114 fires since 2026-11-23 09:01 UTC, too long ago to be called now"


def test_an_unreachable_scheduler_changes_nothing(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)"))
    dispatcher = world.dispatcher(journal)
    dispatcher.refresh()

    def refuse() -> None:
        raise SourceError("connection refused")

    world.refuse = refuse
    with pytest.raises(SourceError):
        dispatcher.refresh()
    world.now += MINUTE
    dispatcher.step()

    assert world.times("tick") == ["09:00:00", "09:01:00"]


def test_finishing_begins_no_new_run(world: World, journal: Journal) -> None:
    world.put(schedule("tick", "cron(* * * * ? *)"))
    dispatcher = world.dispatcher(journal)
    dispatcher.refresh()

    world.now = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    dispatcher.finish()

    assert world.sent == []
