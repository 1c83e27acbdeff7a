"""Pages of tasks of which a filter passes few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callback_api.storage.dynamodb import DynamoTaskStore
from callback_api.storage.dynamodb.listing import Listing
from callback_api.storage.dynamodb.table import Table
from callback_api.task import Selection, Task

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("soonest", [False, True])
def test_a_page_that_has_looked_at_many_ends_early_and_the_next_goes_on(
    dynamodb: Any, table: str, soonest: bool
) -> None:
    store = DynamoTaskStore(dynamodb, table)
    for number in range(12):
        at = NOW + timedelta(minutes=number)
        name = "mail" if number in (1, 10) else "heartbeat"
        store.add(Task(id=f"t{number}", user_id="ada", name=name, scheduled_at=at, created_at=at, updated_at=at))
    listing = Listing(Table(dynamodb, table), looked_at=5)
    listed = listing.soonest if soonest else listing.newest

    pages: list[list[str]] = []
    cursor = None
    while True:
        page = listed("ada", None, Selection(hidden="heartbeat"), cursor, 10)
        pages.append([task.id for task in page.tasks])
        if (cursor := page.next_cursor) is None:
            break
    assert pages == ([["t1"], [], ["t10"]] if soonest else [["t10"], [], ["t1"]])
