"""What every store of tasks can do, held by all of them; how tasks are worked on is in `test_work.py`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callback_api.errors import CursorError, NoTaskError, StoreError, TaskKeyReusedError
from callback_api.storage.cursor import written
from callback_api.task import OutboxAction, Selection, Status, Task, TokenOwner, Verdict
from tests.callback_api.storage.tasks import ARN, LEASE, MINUTE, NOW, added, at_once, begun, task

if TYPE_CHECKING:
    from callback_api.storage import TaskStore


def test_a_task_is_kept_as_it_was_given(store: TaskStore) -> None:
    given = task(key="k", data={"to": "ada@example.com", "n": [1, 2.5, None, True, "é\u0000\U0001f600"]})

    assert store.add(given) == (given, True)
    assert store.get(given.id) == given
    assert store.get(str(uuid.uuid4())) is None


def test_a_key_is_one_task_of_its_user(store: TaskStore) -> None:
    first = added(store, key="k", data={"a": 1, "b": 2})

    later = task(key="k", data={"b": 2, "a": 1}, scheduled_at=NOW + 90 * MINUTE)
    assert store.add(later) == (first, False)
    assert store.add(task(user="bob", key="k"))[1]
    assert store.add(task())[1]
    assert store.add(task())[1]


ODD: dict[str, Any] = {
    "n": [1, 1.0, True, None, 1e16, -0.0, 2**70, 0.1],
    "t": "é\u0000\U0001f600",
    "z": {"b": 1, "a": {}},
}


def test_a_key_with_the_same_data_is_one_task_whatever_the_data(store: TaskStore) -> None:
    first = added(store, key="k", data=ODD)

    assert store.add(task(key="k", data=dict(reversed(ODD.items())))) == (first, False)


@pytest.mark.parametrize("other", [{"data": {"a": 2}}, {"data": {"a": True}}, {"data": {"a": 1.0}}, {"name": "letter"}])
def test_a_key_with_another_task_is_refused(store: TaskStore, other: dict[str, Any]) -> None:
    first = added(store, key="k", data={"a": 1})

    with pytest.raises(TaskKeyReusedError, match=rf'the key "k" belongs to another task, {first.id}'):
        store.add(task(key="k", **{"data": {"a": 1}, **other}))


def test_many_who_add_the_same_key_at_once_get_one_task(store: TaskStore) -> None:
    answers = at_once(lambda: store.add(task(key="k")))

    assert len({kept.id for kept, _ in answers}) == 1
    assert sum(new for _, new in answers) == 1
    assert len(store.outbox_records(NOW)) == 1


def test_a_task_that_is_added_twice_under_its_own_id_is_one(store: TaskStore) -> None:
    given = task(key="v1.run")

    answers = at_once(lambda: store.add(given))

    assert sorted(new for _, new in answers) == [False] * 7 + [True]
    assert all(kept == given for kept, _ in answers)


def test_an_id_of_another_task_is_refused(store: TaskStore) -> None:
    first = added(store)

    with pytest.raises(StoreError, match=rf"another task {first.id}"):
        store.add(task(id=first.id))
    assert store.get(first.id) == first


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"])
def test_texts_that_a_database_cannot_hold_are_marked(store: TaskStore, odd: str) -> None:
    assert store.get(odd) is None
    assert store.begin(odd, odd, LEASE, NOW).verdict is Verdict.UNKNOWN
    assert store.page(user_id=odd).tasks == ()

    failed = store.fail(begun(store), odd, NOW, permanent=True)

    found = store.get(failed.id)
    assert found is not None
    assert found.error == "a\ufffdb"


def test_an_id_of_any_length_is_looked_for(store: TaskStore) -> None:
    assert store.get("x" * 5000) is None
    assert store.page(user_id="x" * 5000).tasks == ()


def test_a_task_comes_with_the_outbox_record_of_its_schedule(store: TaskStore) -> None:
    kept = added(store)

    (row,) = store.outbox_records(NOW)
    assert (row.task_id, row.action, row.attempts) == (kept.id, OutboxAction.SCHEDULE, 1)
    store.outbox_done({row: ARN}, NOW)

    assert store.outbox_records(NOW + timedelta(days=1)) == []
    found = store.get(kept.id)
    assert found is not None
    assert found.schedule_arn == ARN


def test_an_outbox_record_is_for_one_caller_and_comes_back_after_a_minute(store: TaskStore) -> None:
    added(store)

    assert sum(len(rows) for rows in at_once(lambda: store.outbox_records(NOW))) == 1
    assert store.outbox_records(NOW + timedelta(seconds=59)) == []
    assert [row.attempts for row in store.outbox_records(NOW + MINUTE)] == [2]


def test_an_outbox_record_that_failed_is_due_when_it_was_put_off_to(store: TaskStore) -> None:
    added(store)
    (row,) = store.outbox_records(NOW)

    store.outbox_failed(row, NOW + 10 * MINUTE)

    assert store.outbox_records(NOW + 9 * MINUTE) == []
    assert len(store.outbox_records(NOW + 10 * MINUTE)) == 1


def test_outbox_records_come_oldest_first_and_so_many(store: TaskStore) -> None:
    tasks = [added(store, created_at=NOW - timedelta(seconds=n)) for n in range(5)]

    assert [row.task_id for row in store.outbox_records(NOW, limit=2)] == [tasks[4].id, tasks[3].id]
    assert len(store.outbox_records(NOW)) == 3


def test_a_cancelled_task_is_not_begun_and_its_schedule_is_removed(store: TaskStore) -> None:
    kept = added(store)
    (scheduling,) = store.outbox_records(NOW)
    store.outbox_done({scheduling: ARN}, NOW)

    cancelled = store.cancel(kept.id, NOW + MINUTE)

    assert (cancelled.status, cancelled.updated_at) == (Status.CANCELLED, NOW + MINUTE)
    assert store.cancel(kept.id, NOW + MINUTE) == cancelled
    assert store.begin(kept.id, "v1.run", LEASE, NOW).verdict is Verdict.CANCELLED
    (row,) = store.outbox_records(NOW + MINUTE)
    assert (row.action, row.task_id) == (OutboxAction.CANCEL, kept.id)


def test_a_schedule_made_while_its_task_was_cancelled_is_removed_after_all(store: TaskStore) -> None:
    kept = added(store)
    (scheduling,) = store.outbox_records(NOW)
    store.cancel(kept.id, NOW)
    (cancelling,) = store.outbox_records(NOW)
    store.outbox_done({cancelling: None}, NOW)

    store.outbox_done({scheduling: ARN}, NOW)

    (again,) = store.outbox_records(NOW)
    assert again.action is OutboxAction.CANCEL


def test_an_outbox_record_crossed_off_late_leaves_the_newer_one(store: TaskStore) -> None:
    kept = added(store)
    (scheduling,) = store.outbox_records(NOW)
    store.cancel(kept.id, NOW)

    store.outbox_failed(scheduling, NOW + timedelta(days=1))
    store.outbox_done({scheduling: ARN}, NOW)

    assert [row.action for row in store.outbox_records(NOW)] == [OutboxAction.CANCEL]


def test_an_unknown_task_is_told(store: TaskStore) -> None:
    unknown = str(uuid.uuid4())

    assert store.begin(unknown, "v1.run", LEASE, NOW).verdict is Verdict.UNKNOWN
    with pytest.raises(NoTaskError, match=unknown):
        store.cancel(unknown, NOW)
    with pytest.raises(NoTaskError, match=unknown):
        store.retry(unknown, NOW, NOW)


@pytest.mark.parametrize(
    "data", [2**63, -(2**63) - 1, 1.0, 1e-300, 10**400, "1.0", "007", 0, False, [], "", {"n": 2**80}]
)
def test_every_json_comes_back_as_it_was_given(store: TaskStore, data: Any) -> None:
    kept = added(store, data=data)
    found = store.get(kept.id)
    assert found is not None
    assert (found.data, type(found.data)) == (data, type(data))

    running = store.begin(kept.id, "v1.run", LEASE, kept.scheduled_at).task
    assert running is not None
    with store.work(running) as work:
        work.complete(data, LEASE)
    done = store.get(kept.id)
    assert done is not None
    assert (done.result, type(done.result)) == (data, type(data))


def test_a_task_is_found_by_its_user_and_key(store: TaskStore) -> None:
    kept = added(store, key="order-7")

    assert store.of_key(kept.user_id, "order-7") == kept
    assert store.of_key("somebody", "order-7") is None
    assert store.of_key(kept.user_id, "order-8") is None


def test_pages_follow_each_other_without_gap_or_repeat(store: TaskStore) -> None:
    times = [NOW - timedelta(seconds=n // 3) for n in range(25)]  # some at the same instant
    kept = {added(store, created_at=at).id for at in times}
    added(store, user="bob")

    seen: list[Task] = []
    cursor = None
    while True:
        page = store.page(user_id="ada", cursor=cursor, limit=7)
        seen += page.tasks
        if (cursor := page.next_cursor) is None:
            break
        added(store, created_at=NOW + MINUTE)  # a newer one shifts no page

    assert [one.created_at for one in seen] == sorted((one.created_at for one in seen), reverse=True)
    assert {one.id for one in seen} == kept
    assert len(seen) == 25


def test_pages_filter_by_user_and_status(store: TaskStore) -> None:
    cancelled = store.cancel(added(store).id, NOW)
    other = added(store, user="bob")

    assert store.page(status=Status.CANCELLED).tasks == (cancelled,)
    assert store.page(user_id="bob").tasks == (other,)
    assert store.page(user_id="bob", status=Status.CANCELLED).tasks == ()
    assert store.counts() == {**dict.fromkeys(Status, 0), Status.CANCELLED: 1, Status.SCHEDULED: 1}
    assert store.counts("bob")[Status.SCHEDULED] == 1


def test_pages_show_only_what_is_selected(store: TaskStore) -> None:
    early, late = (added(store, name="mail", scheduled_at=NOW + minutes * MINUTE) for minutes in (10, 30))
    beat = added(store, name="heartbeat", scheduled_at=NOW + 20 * MINUTE)

    def ids(**members: Any) -> set[str]:
        return {each.id for each in store.page(selection=Selection(**members)).tasks}

    assert ids(name="mail") == {early.id, late.id}
    assert ids(hidden="heartbeat") == {early.id, late.id}
    assert ids(due_from=NOW + 20 * MINUTE) == {beat.id, late.id}
    assert ids(due_to=NOW + 20 * MINUTE) == {early.id}
    assert ids(name="mail", due_from=NOW + 11 * MINUTE, due_to=NOW + 31 * MINUTE) == {late.id}
    assert ids(name="nothing") == set()


def test_the_soonest_first_are_scheduled_tasks_in_the_order_of_their_times(store: TaskStore) -> None:
    kept = [added(store, scheduled_at=NOW + (n // 2) * MINUTE, name="abc"[n % 3]) for n in range(11)]
    store.cancel(added(store, scheduled_at=NOW).id, NOW)
    begun(store, scheduled_at=NOW)
    other = added(store, user="bob", scheduled_at=NOW)
    store.cancel(kept.pop(4).id, NOW)

    seen: list[Task] = []
    cursor = None
    while True:
        page = store.page(user_id="ada", soonest=True, cursor=cursor, limit=3)
        seen += page.tasks
        if (cursor := page.next_cursor) is None:
            break
    assert [each.id for each in seen] == [each.id for each in sorted(kept, key=lambda one: (one.scheduled_at, one.id))]
    assert other.id in [each.id for each in store.page(soonest=True).tasks]
    assert store.page(soonest=True, status=Status.FAILED).tasks == ()
    within = Selection(name="a", due_from=NOW + MINUTE, due_to=NOW + 4 * MINUTE)
    found = store.page(user_id="ada", soonest=True, selection=within).tasks
    assert [each.id for each in found] == [each.id for each in seen if within.holds(each)] != []


def test_a_cursor_of_another_order_is_refused(store: TaskStore) -> None:
    for _ in range(2):
        added(store)
    newest, due = (store.page(soonest=soonest, limit=1).next_cursor for soonest in (False, True))

    with pytest.raises(CursorError):
        store.page(soonest=True, cursor=newest)
    with pytest.raises(CursorError):
        store.page(cursor=due)


OF_THE_END = written("9999-12-31T23:59:59-14:00", "x")


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "WyJhIl0", "WyIyMDI3LTAxLTA1IiwgImEiXQ", "é", "W1tb" * 9999, OF_THE_END]
)
def test_a_cursor_of_somebody_s_own_making_is_refused(store: TaskStore, cursor: str) -> None:
    with pytest.raises(CursorError, match=r"begin without one"):
        store.page(cursor=cursor)


def test_overdue_tasks_are_those_that_nobody_called_back(store: TaskStore) -> None:
    late = added(store, scheduled_at=NOW - 10 * MINUTE)
    added(store, scheduled_at=NOW + 30 * MINUTE)
    lapsed = begun(store, scheduled_at=NOW - 5 * MINUTE)
    store.fail(begun(store, scheduled_at=NOW - 5 * MINUTE), "no", NOW, permanent=True)

    assert [one.id for one in store.overdue(NOW)] == [late.id]
    assert [one.id for one in store.overdue(LEASE + MINUTE)] == [late.id, lapsed.id]


def test_an_overdue_task_is_moved_unless_it_has_gone_on_meanwhile(store: TaskStore) -> None:
    late = added(store, scheduled_at=NOW - 10 * MINUTE)
    (row,) = store.outbox_records(NOW)
    store.outbox_done({row: ARN}, NOW)
    (late,) = store.overdue(NOW)

    moved = store.reschedule(late, NOW + MINUTE, NOW)
    assert (moved.status, moved.scheduled_at) == (Status.SCHEDULED, NOW + MINUTE)
    assert [row.action for row in store.outbox_records(NOW)] == [OutboxAction.SCHEDULE]

    assert store.reschedule(late, NOW + 9 * MINUTE, NOW) == moved


def test_a_token_is_known_by_its_digest_until_it_is_revoked(store: TaskStore) -> None:
    owner = TokenOwner("ada", admin=True, label="laptop")
    store.add_token("ab" * 32, owner, NOW)

    assert store.token_owner("ab" * 32) == owner
    assert store.token_owner("cd" * 32) is None
    assert store.revoke_token("ab" * 32)
    assert not store.revoke_token("ab" * 32)
    assert store.token_owner("ab" * 32) is None


def test_a_store_that_works_is_ready(store: TaskStore) -> None:
    store.ready()
