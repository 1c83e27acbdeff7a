from __future__ import annotations

from datetime import timedelta

import pytest

from callback_api.outbox import wait_after
from tests.callback_api.application import ROOT, Application


def test_what_cannot_be_scheduled_now_is_scheduled_by_a_sweep(application: Application) -> None:
    application.schedules.failures = 1
    task = application.schedule()["id"]
    assert application.schedules.made == {}
    assert application.sweep()["outbox_done"] == 0, "it is not due again yet"

    application.clock.pass_(minutes=1)

    assert application.sweep() == {
        "outbox_done": 1,
        "outbox_failed": 0,
        "rescheduled": 0,
        "given_up": 0,
        "rehomed": 0,
    }
    assert list(application.schedules.made.values()) == [task]
    assert application.sweep()["outbox_done"] == 0


def test_a_cancel_that_fails_is_made_up_for_and_a_later_record_replaces_an_earlier(application: Application) -> None:
    first, second = application.schedule()["id"], application.schedule()["id"]
    application.schedules.failures = 1
    application.ask("DELETE", f"/api/v1/tasks/{first}")
    assert first in application.schedules.made.values()
    application.clock.pass_(minutes=1)
    application.sweep()

    assert list(application.schedules.made.values()) == [second]


def test_more_outbox_records_than_one_batch_are_all_done(application: Application) -> None:
    application.schedules.failures = 60
    ids = {application.schedule()["id"] for _ in range(60)}
    application.schedules.failures = 0
    application.clock.pass_(minutes=1)

    assert application.sweep()["outbox_done"] == 60
    assert set(application.schedules.made.values()) == ids


def test_of_one_batch_some_are_done_and_the_rest_is_tried_again(application: Application) -> None:
    application.schedules.failures = 4
    for _ in range(4):
        application.schedule()
    application.schedules.failures = 1
    application.clock.pass_(minutes=1)

    assert application.sweep()["outbox_done"] == 3
    assert len(application.schedules.made) == 3
    application.clock.pass_(minutes=1)
    assert application.sweep()["outbox_done"] == 1


def test_a_drain_that_ends_in_an_unforeseen_error_does_not_keep_the_next_from_beginning(
    application: Application,
) -> None:
    application.schedules.trouble = ZeroDivisionError()
    task = application.schedule()["id"]
    assert application.service.outbox.wait(0)
    application.schedules.trouble = None
    application.clock.pass_(minutes=2)

    assert application.sweep()["outbox_done"] == 1
    assert list(application.schedules.made.values()) == [task]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (7, 900), (10_000, 900)])
def test_an_outbox_record_waits_longer_each_time(attempts: int, seconds: int) -> None:
    assert wait_after(attempts) == timedelta(seconds=seconds)


def test_a_task_that_nobody_called_back_is_scheduled_again_under_another_key(application: Application) -> None:
    task = application.schedule()["id"]
    application.clock.pass_(minutes=70)
    assert application.sweep()["rescheduled"] == 0
    application.clock.pass_(minutes=2)

    assert application.sweep()["rescheduled"] == 1

    assert list(application.schedules.made.values()) == [task, task]
    assert application.call_back(task).json()["status"] == "COMPLETED"


def test_a_task_whose_process_was_killed_is_scheduled_again(application: Application) -> None:
    task = application.schedule()["id"]
    now = application.clock()
    application.service.store.begin(task, "v1.killed", now + timedelta(seconds=35), now)
    application.clock.pass_(minutes=72)

    assert application.sweep()["rescheduled"] == 1
    assert application.call_back(task, "v1.again").json()["status"] == "COMPLETED"


def test_a_task_that_was_called_in_vain_for_as_long_as_the_proxy_tries_has_failed(application: Application) -> None:
    task = application.schedule()["id"]
    application.handlers.trouble = RuntimeError("mail server down")
    application.call_back(task)
    application.clock.pass_(minutes=72)

    assert application.sweep()["given_up"] == 1

    failed = application.ask("GET", f"/api/v1/tasks/{task}", token=ROOT).json()
    assert (failed["status"], failed["error"]) == ("FAILED", "RuntimeError: the service's log has the details")
