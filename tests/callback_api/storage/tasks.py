"""Tasks in a store, at the moments of the tests, and what several threads do with them at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from callback_api.task import Task

if TYPE_CHECKING:
    from callback_api.storage import TaskStore

T = TypeVar("T")
NOW = datetime(2027, 1, 5, 8, 0, 12, 345678, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = NOW + MINUTE
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-adhoc/task-1"


def task(user: str = "ada", key: str | None = None, **members: Any) -> Task:
    times = {"scheduled_at": NOW, "created_at": NOW, "updated_at": NOW}
    return Task(**{"id": str(uuid.uuid4()), "user_id": user, "name": "mail", "key": key, **times, **members})


def added(store: TaskStore, **members: Any) -> Task:
    return store.add(task(**members))[0]


def begun(store: TaskStore, **members: Any) -> Task:
    started = store.begin(added(store, **members).id, "v1.run", LEASE, NOW)
    assert started.task is not None
    return started.task


def at_once(work: Callable[[], T], times: int = 8) -> list[T]:
    """What several threads get that do the same thing at the same time."""
    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(times)]]
