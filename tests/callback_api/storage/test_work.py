"""How a task is begun, worked on, given up and asked for again, held by every store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from callback_api.errors import LeaseLostError, StateError
from callback_api.task import OutboxAction, Status, Task, Verdict
from tests.callback_api.storage.tasks import ARN, LEASE, MINUTE, NOW, added, at_once, begun

if TYPE_CHECKING:
    from callback_api.storage import TaskStore


def test_one_of_many_calls_begins_a_task(store: TaskStore) -> None:
    kept = added(store)

    answers = at_once(lambda: store.begin(kept.id, "v1.run", LEASE, NOW))

    assert sorted(answer.verdict for answer in answers) == [Verdict.BUSY] * 7 + [Verdict.RUN]
    found = store.get(kept.id)
    assert found is not None
    assert (found.status, found.attempts, found.run_key, found.lease_until) == (Status.RUNNING, 1, "v1.run", LEASE)


def test_of_a_cancellation_and_a_call_at_once_one_wins(store: TaskStore) -> None:
    for _ in range(10):
        kept = added(store)

        def cancelled(task_id: str = kept.id) -> bool:
            try:
                return store.cancel(task_id, NOW).status is Status.CANCELLED
            except StateError:
                return False

        def taken(task_id: str = kept.id) -> bool:
            return store.begin(task_id, "v1.run", LEASE, NOW).verdict is Verdict.RUN

        with ThreadPoolExecutor(2) as pool:
            outcomes = [pool.submit(cancelled), pool.submit(taken)]
            assert [outcome.result() for outcome in outcomes].count(True) == 1


def test_a_task_whose_process_was_killed_says_so_when_it_is_begun_again(store: TaskStore) -> None:
    task = begun(store)
    assert task.error is None

    again = store.begin(task.id, "v1.run", LEASE + MINUTE, LEASE).task

    assert again is not None
    assert (again.attempts, again.error) == (2, "the process that did it ended, or took longer than its lease")
    with store.work(again) as work:
        assert work.complete(None, LEASE).error is None


def test_a_lease_that_is_over_is_taken_over_and_the_first_has_lost(store: TaskStore) -> None:
    first = begun(store)

    second = store.begin(first.id, "v1.run", LEASE + MINUTE, LEASE)
    assert second.verdict is Verdict.RUN
    assert second.task is not None
    assert second.task.attempts == 2
    with store.work(first) as work, pytest.raises(LeaseLostError, match=r"another call has it now"):
        work.complete(None, LEASE)
    with pytest.raises(LeaseLostError):
        store.fail(first, "no", LEASE, permanent=True)
    with store.work(second.task) as work:
        work.complete("done", LEASE)
    found = store.get(first.id)
    assert found is not None
    assert (found.status, found.result) == (Status.COMPLETED, "done")


def test_completed_work_is_kept_and_told_to_who_comes_again(store: TaskStore) -> None:
    running = begun(store)

    with store.work(running) as work:
        done = work.complete({"sent": True}, NOW + MINUTE)

    assert (done.status, done.result, done.lease_until) == (Status.COMPLETED, {"sent": True}, None)
    assert store.get(running.id) == done
    again = store.begin(running.id, "v1.run", LEASE, NOW)
    assert (again.verdict, again.task) == (Verdict.DONE, done)
    with pytest.raises(StateError, match=r"is COMPLETED: it can only be cancelled while it is SCHEDULED") as caught:
        store.cancel(running.id, NOW)
    assert caught.value.status is Status.COMPLETED


def test_work_that_is_not_completed_or_raises_changes_nothing(store: TaskStore) -> None:
    running = begun(store)

    with store.work(running):
        pass
    with pytest.raises(LookupError):
        _broken_off(store, running)

    assert store.get(running.id) == running


def _broken_off(store: TaskStore, running: Task) -> None:
    with store.work(running) as work:
        work.complete(None, NOW)
        raise LookupError


def test_a_failure_that_may_pass_gives_the_task_back_and_another_ends_it(store: TaskStore) -> None:
    running = begun(store)

    back = store.fail(running, "the mail server is away", NOW, permanent=False)
    assert (back.status, back.error, back.lease_until) == (Status.SCHEDULED, "the mail server is away", None)

    again = store.begin(running.id, "v1.run", LEASE, NOW).task
    assert again is not None
    failed = store.fail(again, "no such customer", NOW, permanent=True)
    assert (failed.status, failed.error, failed.attempts) == (Status.FAILED, "no such customer", 2)
    assert store.begin(running.id, "v1.run", LEASE, NOW).verdict is Verdict.DONE


def test_a_failed_task_can_be_asked_for_again_and_no_other(store: TaskStore) -> None:
    failed = store.fail(begun(store), "no", NOW, permanent=True)
    (row,) = store.outbox_records(NOW)
    store.outbox_done({row: ARN}, NOW)

    again = store.retry(failed.id, NOW + MINUTE, NOW)

    assert (again.status, again.scheduled_at, again.schedule_arn) == (Status.SCHEDULED, NOW + MINUTE, None)
    assert [row.action for row in store.outbox_records(NOW)] == [OutboxAction.SCHEDULE]
    with pytest.raises(StateError, match=r"is SCHEDULED: it can only be done again after it has FAILED"):
        store.retry(failed.id, NOW, NOW)


def test_a_task_is_begun_at_its_time_and_not_before(store: TaskStore) -> None:
    kept = added(store, scheduled_at=NOW + MINUTE)
    moment = timedelta(microseconds=1)

    early = store.begin(kept.id, "v1.run", LEASE + MINUTE, NOW + MINUTE - moment)
    assert (early.verdict, early.task) == (Verdict.EARLY, kept)
    assert store.begin(kept.id, "v1.run", LEASE + MINUTE, NOW + MINUTE).verdict is Verdict.RUN
