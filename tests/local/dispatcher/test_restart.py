"""What a dispatcher knows of its former life."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from local.dispatcher import DeliveryError
from tests.local.dispatcher.world import MONDAY, Life, World, run, schedule

MINUTE = timedelta(minutes=1)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path / "journal.sqlite", World())


def test_a_done_one_time_schedule_does_not_fire_again_after_a_restart(life: Life) -> None:
    life.world.put(schedule("once", "at(2026-11-23T09:01:00)"))
    run(life.world, life.start(), timedelta(minutes=2))
    life.stop()

    run(life.world, life.start(), timedelta(minutes=2))
    life.stop()

    assert life.world.times("once") == ["09:01:00"]


def test_a_one_time_schedule_that_fell_due_while_nothing_ran_fires_however_late(life: Life) -> None:
    life.world.put(schedule("once", "at(2026-11-23T09:01:00)"))
    run(life.world, life.start(), timedelta(seconds=10))
    life.crash()
    life.world.now += timedelta(days=3)

    run(life.world, life.start(), MINUTE)
    life.stop()

    assert life.world.times("once") == ["09:01:00"]


def test_a_short_crash_loses_no_fire_of_a_recurring_schedule(life: Life) -> None:
    life.world.put(schedule("tick", "cron(* * * * ? *)"), schedule("beat", "rate(2 minutes)"))
    run(life.world, life.start(), timedelta(seconds=30))
    life.crash()
    life.world.now += timedelta(minutes=3)

    run(life.world, life.start(), timedelta(seconds=40))
    life.stop()

    assert life.world.times("tick") == [f"09:0{minute}:00" for minute in range(5)]
    assert life.world.times("beat") == ["09:00:00", "09:02:00", "09:04:00"]


def test_after_a_crash_a_rate_keeps_its_beat(life: Life) -> None:
    life.world.put(schedule("beat", "rate(10 minutes)"))
    run(life.world, life.start(), MINUTE)
    life.crash()

    run(life.world, life.start(), timedelta(minutes=10), poll=MINUTE)
    life.stop()

    assert life.world.times("beat") == ["09:00:00", "09:10:00"]


def test_after_a_stop_on_purpose_a_rate_starts_at_once(life: Life) -> None:
    life.world.put(schedule("beat", "rate(10 minutes)"))
    run(life.world, life.start(), MINUTE)
    life.stop()

    run(life.world, life.start(), timedelta(minutes=10), poll=MINUTE)
    life.stop()

    assert life.world.times("beat") == ["09:00:00", "09:01:00", "09:11:00"]


def test_a_restart_does_not_move_a_run_within_its_window(life: Life) -> None:
    life.world.put(schedule("flexible", "at(2026-11-23T09:01:00)", window=timedelta(hours=1)))
    run(life.world, life.start(), MINUTE)
    assert life.journal is not None
    (before,) = life.journal.open_runs()
    life.crash()

    run(life.world, life.start(), timedelta(seconds=1))
    (after,) = life.journal.open_runs()
    life.stop()

    assert after.due == before.due


def test_an_emulator_that_lost_everything_does_not_make_a_done_schedule_fire_again(life: Life) -> None:
    life.world.put(schedule("once", "at(2026-11-23T09:01:00)"), schedule("beat", "rate(10 minutes)"))
    run(life.world, life.start(), timedelta(minutes=2))
    life.crash()

    created = life.world.now
    life.world.put(
        schedule("once", "at(2026-11-23T09:01:00)", created=created),
        schedule("beat", "rate(10 minutes)", created=created),
    )
    run(life.world, life.start(), timedelta(minutes=9), poll=MINUTE)
    life.stop()

    assert life.world.times("once") == ["09:01:00"]
    assert life.world.times("beat") == ["09:00:00", "09:10:00"]


def test_a_schedule_removed_while_nothing_ran_fires_no_more_but_a_retry_goes_on(life: Life) -> None:
    life.world.put(schedule("removed", "at(2026-11-23T09:00:00)"))
    life.world.failure = lambda event: DeliveryError("ThrottlingException", "too fast", retryable=True)
    dispatcher = life.start()
    dispatcher.refresh()
    dispatcher.step()
    life.crash()
    life.world.schedules.clear()
    life.world.failure = lambda event: None

    run(life.world, life.start(), MINUTE)
    life.stop()

    assert life.world.times("removed") == ["09:00:00"]


def said(life: Life, kind: str) -> list[str]:
    return [notice.text for notice in life.world.notices if notice.kind == kind]


def test_what_came_due_while_the_stack_was_stopped_is_counted_in_one_line_and_not_called(life: Life) -> None:
    life.world.put(
        schedule("tick", "cron(* * * * ? *)"),
        schedule("beat", "rate(2 minutes)"),
        schedule("anchored", "rate(3 minutes)", start=MONDAY),
        schedule("later", "cron(0 10 * * ? *)"),
    )
    run(life.world, life.start(), timedelta(seconds=30))
    life.stop()
    life.world.now = MONDAY + timedelta(minutes=4, seconds=10)

    run(life.world, life.start(), timedelta(seconds=60))
    life.stop()

    assert life.world.times("tick") == ["09:00:00", "09:05:00"]
    assert life.world.times("beat") == ["09:00:00", "09:04:10"], "a rate begins at once"
    assert life.world.times("anchored") == ["09:00:00"]
    assert said(life, "missed") == ["7 fires of 3 schedules since 2026-11-23 09:01 UTC, while stopped: not called"]
    assert said(life, "made up") == []


def test_a_one_time_call_that_came_due_while_the_stack_was_stopped_is_called(life: Life) -> None:
    life.world.put(schedule("tick", "cron(* * * * ? *)"), schedule("once", "at(2026-11-23T09:01:00)"))
    run(life.world, life.start(), timedelta(seconds=30))
    life.stop()
    life.world.now = MONDAY + timedelta(days=3, seconds=30)

    run(life.world, life.start(), timedelta(seconds=10))
    life.stop()

    assert life.world.times("once") == ["09:01:00"]
    assert said(life, "missed") == ["4,320 fires since 2026-11-23 09:01 UTC, while stopped: not called"]
    assert said(life, "made up") == ["1 fire since 2026-11-23 09:01 UTC, called now"]


def test_a_stop_during_which_nothing_came_due_is_worth_no_line(life: Life) -> None:
    life.world.put(schedule("tick", "cron(0 * * * ? *)"), schedule("beat", "rate(10 minutes)"))
    run(life.world, life.start(), MINUTE)
    life.stop()

    run(life.world, life.start(), MINUTE)
    life.stop()

    assert [said(life, kind) for kind in ("missed", "made up")] == [[], []]


def test_a_run_whose_window_ended_while_the_stack_was_stopped_is_not_called(life: Life) -> None:
    life.world.put(schedule("flexible", "cron(0 9 * * ? *)", window=timedelta(minutes=10)))
    run(life.world, life.start(), timedelta(seconds=1))
    assert life.journal is not None
    (planned,) = life.journal.open_runs()
    life.stop()
    life.world.now = planned.due - timedelta(seconds=1)
    life.start().refresh()
    assert life.journal is not None
    assert life.journal.open_runs() == [planned], "its window has not ended"
    life.stop()
    life.world.now = planned.due + timedelta(seconds=1)

    run(life.world, life.start(), MINUTE)
    life.stop()

    assert life.world.sent == []
    assert said(life, "missed") == ["1 fire since 2026-11-23 09:00 UTC, while stopped: not called"]


def test_a_schedule_that_is_new_or_retimed_after_a_stop_has_missed_nothing(life: Life) -> None:
    life.world.put(schedule("retimed", "rate(1 minute)"))
    run(life.world, life.start(), timedelta(seconds=10))
    life.stop()
    now = MONDAY + timedelta(minutes=3)
    life.world.put(
        schedule("retimed", "rate(2 minutes)", modified=now),
        schedule("new", "rate(1 minute)", created=now),
    )
    life.world.now = now + timedelta(seconds=5)

    run(life.world, life.start(), timedelta(seconds=10))
    life.stop()

    assert life.world.times("retimed") == ["09:00:00", "09:03:00"]
    assert life.world.times("new") == ["09:03:00"]
    assert said(life, "missed") == []


def test_after_a_crash_what_is_due_is_made_up_and_said_in_one_line(life: Life) -> None:
    life.world.put(schedule("tick", "cron(* * * * ? *)"), schedule("once", "at(2026-11-23T09:20:00)"))
    run(life.world, life.start(), timedelta(seconds=30))
    life.crash()
    life.world.now = MONDAY + timedelta(hours=1, seconds=30)

    run(life.world, life.start(), timedelta(seconds=10))
    life.stop()

    assert life.world.times("tick") == ["09:00:00", *(f"09:{minute}:00" for minute in range(56, 60)), "10:00:00"]
    assert life.world.times("once") == ["09:20:00"]
    assert said(life, "made up") == [
        "6 fires of 2 schedules since 2026-11-23 09:20 UTC, called now, 55 fires since 2026-11-23 09:01 UTC not"
    ]
    assert said(life, "missed") == []


def test_what_a_target_accepted_and_lost_is_sent_again_under_its_own_time(life: Life) -> None:
    life.world.put(schedule("lost", "at(2026-11-23T09:00:00)"), schedule("done", "at(2026-11-23T09:00:00)"))
    run(life.world, life.start(), MINUTE)
    life.crash()

    dispatcher = life.start()
    assert dispatcher.unanswered_since() == MONDAY
    dispatcher.recover(lambda one: one.name == "done")
    run(life.world, dispatcher, MINUTE)
    life.stop()

    assert life.world.times("lost") == ["09:00:00", "09:00:00"]
    assert life.world.times("done") == ["09:00:00"]


def test_what_a_target_still_has_is_left_to_it_however_often_the_dispatcher_restarts(life: Life) -> None:
    life.world.put(schedule("later", "at(2026-11-23T09:00:00)"))
    run(life.world, life.start(), MINUTE)
    for _ in range(4):
        life.crash()
        dispatcher = life.start()
        left = dispatcher.recover(lambda one: False, lambda one: True)
        assert [one.name for one in left] == ["later"]
        run(life.world, dispatcher, MINUTE)
    life.stop()

    assert life.world.times("later") == ["09:00:00"]


def test_what_was_answered_is_never_sent_again(life: Life) -> None:
    once = schedule("once", "at(2026-11-23T09:00:00)")
    life.world.put(once)
    dispatcher = life.start()
    run(life.world, dispatcher, MINUTE)
    dispatcher.answered(once.arn, MONDAY)
    dispatcher.step()
    life.crash()

    dispatcher = life.start()
    assert dispatcher.unanswered_since() is None
    dispatcher.recover(lambda one: False)
    run(life.world, dispatcher, MINUTE)
    life.stop()

    assert life.world.times("once") == ["09:00:00"]


def test_a_target_that_never_answers_is_not_sent_the_same_run_for_ever(life: Life) -> None:
    life.world.put(schedule("mute", "at(2026-11-23T09:00:00)"))
    for _ in range(5):
        dispatcher = life.start()
        dispatcher.recover(lambda one: False)
        run(life.world, dispatcher, MINUTE)
        life.crash()

    assert life.world.times("mute") == ["09:00:00"] * 3


def test_a_lost_run_of_a_recurring_schedule_is_not_sent_when_it_is_too_old(life: Life) -> None:
    life.world.put(schedule("tick", "cron(0 9 * * ? *)"))
    run(life.world, life.start(), MINUTE)
    life.crash()
    life.world.now += timedelta(hours=1)

    dispatcher = life.start()
    dispatcher.recover(lambda one: False)
    run(life.world, dispatcher, MINUTE)
    life.stop()

    assert life.world.times("tick") == ["09:00:00"]


def test_a_lost_one_time_run_is_sent_again_although_its_schedule_has_deleted_itself(life: Life) -> None:
    life.world.put(schedule("gone", "at(2026-11-23T09:00:00)", deleted_when_done=True))
    run(life.world, life.start(), MINUTE)
    assert life.world.schedules == {}
    life.crash()
    life.world.now += timedelta(hours=1)

    dispatcher = life.start()
    dispatcher.recover(lambda one: False)
    run(life.world, dispatcher, MINUTE)
    life.stop()

    assert life.world.times("gone") == ["09:00:00", "09:00:00"]
