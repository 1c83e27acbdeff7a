from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from callback_api.errors import ProblemError, TooLargeError
from callback_api.execution import Execution
from callback_api.handlers import Call, Registry
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.task import Status, Task
from tests.callback_api.application import NOW, Clock


def stored(folder: Path, name: str) -> SqlTaskStore:
    engine = new_engine(f"sqlite:///{folder / 'tasks.sqlite'}")
    migrate(engine)
    store = SqlTaskStore(engine)
    store.add(Task(id="t", user_id="u", name=name, scheduled_at=NOW, created_at=NOW, updated_at=NOW))
    return store


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_handler_that_takes_too_long_is_answered_for_and_its_late_end_is_not_kept(tmp_path: Path, kind: str) -> None:
    registry = Registry()

    def slow(call: Call) -> str:
        time.sleep(0.3)
        return "late"

    async def slow_async(call: Call) -> str:
        await anyio.sleep(0.3)
        return "late"

    registry.task("slow")(slow if kind == "sync" else slow_async)
    store = stored(tmp_path, "slow")

    async def call() -> Any:
        try:
            return await Execution(store, registry, Clock(), seconds=0.05).call("t", "v1.run")
        finally:
            await anyio.sleep(0.5)

    with pytest.raises(ProblemError, match=r"longer than 0\.05 s") as caught:
        anyio.run(call)

    task = store.get("t")
    store.close()
    assert caught.value.status == 503
    assert task is not None
    assert (task.status, task.result, task.error) == (Status.SCHEDULED, None, "it took longer than 0.05 s")


class NarrowStore(SqlTaskStore):
    """A store that holds no result, as DynamoDB holds none of more than 400 KB."""

    @contextmanager
    def work(self, task: Task) -> Generator[Any]:
        with super().work(task) as work:
            yield work
            raise TooLargeError("the task is too large")


def test_a_result_that_the_store_cannot_hold_fails_the_task_for_good(tmp_path: Path) -> None:
    registry = Registry()
    registry.task("large")(lambda call: "x")
    stored(tmp_path, "large").close()
    store = NarrowStore(new_engine(f"sqlite:///{tmp_path / 'tasks.sqlite'}"))

    task = anyio.run(Execution(store, registry, Clock()).call, "t", "v1.run")

    store.close()
    assert (task.status, task.error) == (Status.FAILED, "the task is too large")


def test_a_task_that_was_taken_over_is_answered_as_busy(tmp_path: Path) -> None:
    clock, registry = Clock(), Registry()
    store = stored(tmp_path, "lose")

    @registry.task("lose")
    def lose(call: Call) -> None:
        later = NOW + timedelta(hours=1)
        assert store.begin("t", "v1.other", later + timedelta(minutes=1), later).task

    with pytest.raises(ProblemError, match="another call") as caught:
        anyio.run(Execution(store, registry, clock).call, "t", "v1.run")

    task = store.get("t")
    store.close()
    assert (caught.value.status, caught.value.kind) == (503, "task-busy")
    assert task is not None
    assert (task.status, task.run_key) == (Status.RUNNING, "v1.other")
