from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from callback_api.errors import LeaseLostError, ProblemError, StoreError, TooLargeError, WorkRefusedError
from callback_api.execution import Execution
from callback_api.handlers import Call, Registry
from callback_api.storage.dynamodb import DynamoTaskStore
from callback_api.task import OutboxAction, Status, Task

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)
LEASE = NOW + timedelta(minutes=1)
NOTE = {"pk": {"S": "order#1"}, "sk": {"S": "note"}}


@pytest.fixture
def store(dynamodb: Any, table: str) -> DynamoTaskStore:
    return DynamoTaskStore(dynamodb, table)


def a_task(**members: Any) -> Task:
    given = {"id": "t", "user_id": "ada", "name": "mail", "scheduled_at": NOW, "created_at": NOW, "updated_at": NOW}
    return Task(**{**given, **members})


def begun(store: DynamoTaskStore) -> Task:
    store.add(a_task())
    started = store.begin("t", "v1.run", LEASE, NOW)
    assert started.task is not None
    return started.task


class Wrapped:
    """A client whose operations may be made to answer something else."""

    def __init__(self, client: Any, **instead: Callable[..., Any]) -> None:
        self._client, self._instead = client, instead

    def __getattr__(self, operation: str) -> Any:
        return self._instead.get(operation) or getattr(self._client, operation)


def refusing(error: Exception) -> Wrapped:
    def fail(**_: Any) -> Any:
        raise error

    return Wrapped(None, get_item=fail, transact_write_items=fail)


def aws_error(code: str, message: str = "", **answer: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, **answer}
    return ClientError(response, "GetItem")


def cancelled_for(*codes: str) -> ClientError:
    return aws_error("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def test_what_a_handler_writes_is_there_if_and_only_if_the_task_is_completed(
    store: DynamoTaskStore, dynamodb: Any, table: str
) -> None:
    running = begun(store)
    with store.work(running) as work:
        work.transact({"Put": {"TableName": table, "Item": NOTE}})
    assert "Item" not in dynamodb.get_item(TableName=table, Key=NOTE)

    with store.work(running) as work:
        work.transact({"Put": {"TableName": table, "Item": NOTE}})
        done = work.complete("sent", NOW)

    assert "Item" in dynamodb.get_item(TableName=table, Key=NOTE)
    assert store.get("t") == done
    assert work.connection is None


def test_what_a_handler_is_given_writes_with_its_task(store: DynamoTaskStore, dynamodb: Any, table: str) -> None:
    registry = Registry()
    held: list[bool] = []

    @registry.task("mail")
    async def mail(call: Call) -> None:  # pyright: ignore[reportUnusedFunction] - registered
        assert call.transact is not None
        call.transact({"Put": {"TableName": table, "Item": NOTE}})
        held.append("Item" not in dynamodb.get_item(TableName=table, Key=NOTE))
        if call.attempt == 1:
            raise RuntimeError("not yet")

    task, _ = store.add(a_task())
    execution = Execution(store, registry, lambda: NOW)
    with pytest.raises(ProblemError, match="RuntimeError"):
        anyio.run(execution.call, task.id, "v1.run")
    assert "Item" not in dynamodb.get_item(TableName=table, Key=NOTE)

    assert anyio.run(execution.call, task.id, "v1.run").status is Status.COMPLETED
    assert "Item" in dynamodb.get_item(TableName=table, Key=NOTE)
    assert held == [True, True]


def test_a_handler_s_condition_that_does_not_hold_completes_nothing(store: DynamoTaskStore, table: str) -> None:
    running = begun(store)

    with pytest.raises(WorkRefusedError) as caught:
        _completed_with_a_condition(store, running, table)

    assert caught.value.members == (1,)
    assert store.get("t") == running


def _completed_with_a_condition(store: DynamoTaskStore, running: Task, table: str) -> None:
    there = {"TableName": table, "Key": {**NOTE, "sk": {"S": "x"}}, "ConditionExpression": "attribute_exists(pk)"}
    with store.work(running) as work:
        work.transact({"Put": {"TableName": table, "Item": NOTE}})
        work.transact({"ConditionCheck": there})
        work.complete(None, NOW)


def test_a_lease_that_is_lost_after_completion_was_asked_for_keeps_nothing(store: DynamoTaskStore) -> None:
    running = begun(store)

    with pytest.raises(LeaseLostError):
        _completed_and_taken_over(store, running)

    found = store.get("t")
    assert found is not None
    assert (found.status, found.attempts, found.result) == (Status.RUNNING, 2, None)


def _completed_and_taken_over(store: DynamoTaskStore, running: Task) -> None:
    with store.work(running) as work:
        work.complete("late", LEASE)
        store.begin("t", "v1.run", LEASE + timedelta(minutes=1), LEASE)


def test_a_handler_may_write_98_items_and_no_more(store: DynamoTaskStore) -> None:
    with store.work(a_task()) as work:
        for _ in range(98):
            work.transact({})
        with pytest.raises(ValueError, match="at most 98 writes"):
            work.transact({})


def test_an_outbox_record_is_found_by_who_wrote_it_while_the_index_is_late(dynamodb: Any, table: str) -> None:
    store = DynamoTaskStore(Wrapped(dynamodb, query=lambda **_: {"Items": [], "Count": 0}), table)
    store.add(a_task())

    assert [row.task_id for row in store.outbox_records(NOW)] == ["t"]
    assert store.outbox_records(NOW) == []


def test_what_a_late_index_still_shows_is_neither_listed_nor_leased(dynamodb: Any, table: str) -> None:
    def late(**arguments: Any) -> Any:
        if "IndexName" not in arguments:
            return dynamodb.query(**arguments)
        entry = {"pk": {"S": "task#t"}, "sk": {"S": "task"}, "gsi1sk": {"S": "2027-01-05T08:00:00.000000#t"}}
        return {"Items": [entry, entry], "Count": 2}

    store = DynamoTaskStore(Wrapped(dynamodb, query=late), table)
    store.add(a_task())
    (row,) = store.outbox_records(NOW)
    store.outbox_done({row: None}, NOW)

    assert store.outbox_records(NOW + timedelta(days=1)) == []
    assert len(store.page(status=Status.SCHEDULED).tasks) == 1
    assert store.page(status=Status.FAILED).tasks == ()
    assert len(store.overdue(LEASE)) == 1
    store.cancel("t", NOW)
    assert store.overdue(LEASE) == []


def test_a_final_task_is_looked_after_no_more(store: DynamoTaskStore, dynamodb: Any, table: str) -> None:
    store.fail(begun(store), "no", NOW, permanent=True)

    item = dynamodb.get_item(TableName=table, Key={"pk": {"S": "task#t"}, "sk": {"S": "clock"}})["Item"]
    assert "gsi2pk" not in item
    assert item["errand"]["S"] == OutboxAction.SCHEDULE


def test_a_write_that_met_another_is_made_again(dynamodb: Any, table: str) -> None:
    met = [cancelled_for("TransactionConflict", "None")] * 2

    def transact(**arguments: Any) -> Any:
        if met:
            raise met.pop()
        return dynamodb.transact_write_items(**arguments)

    store = DynamoTaskStore(Wrapped(dynamodb, transact_write_items=transact), table)

    assert store.add(a_task())[1]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (aws_error("ResourceNotFoundException"), r'no table "shop-tasks"'),
        (
            aws_error("AccessDeniedException", "not authorized: dynamodb:GetItem"),
            r"no permission to use the table .*dynamodb:GetItem",
        ),
        (aws_error("ProvisionedThroughputExceededException"), r"throttled at the moment"),
        (cancelled_for("None", "ThrottlingError"), r"throttled at the moment"),
        (EndpointConnectionError(endpoint_url="http://x"), r"does not respond: EndpointConnectionError"),
        (aws_error("InternalServerError", "oops"), r"cannot be used: InternalServerError: oops"),
    ],
)
def test_what_aws_raises_is_told_in_words_of_the_service(error: Exception, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        DynamoTaskStore(refusing(error), "shop-tasks").get("t")


def test_a_task_that_is_too_large_is_told(store: DynamoTaskStore) -> None:
    with pytest.raises(TooLargeError, match="400 KB"):
        store.add(a_task(data="x" * 500_000))
    assert store.get("t") is None


def test_a_table_that_is_not_there_is_not_ready(dynamodb: Any) -> None:
    with pytest.raises(StoreError, match=r'no table "nothing-here"'):
        DynamoTaskStore(dynamodb, "nothing-here").ready()


def test_sqlalchemy_is_not_imported() -> None:
    code = "import sys, callback_api.storage.dynamodb; print({'sqlalchemy', 'boto3', 'alembic'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
