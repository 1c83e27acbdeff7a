from __future__ import annotations

from typing import Any

import pytest

from callback_api.storage.dynamodb import TABLE_KEYS
from local.resources.dynamodb import table_arguments
from tests.infra.sample import sample_stack


@pytest.fixture(name="table")
def _table() -> Any:
    return sample_stack()["aws:dynamodb/table:Table", "callback-tasks-table"]


def test_the_keys_of_the_table_are_those_that_the_store_asks_for(table: Any):
    assert {key: table_arguments(table.inputs)[key] for key in TABLE_KEYS} == TABLE_KEYS


def test_the_table_cannot_be_lost_by_mistake(table: Any):
    assert table.protect
    assert table.inputs["deletionProtectionEnabled"] is True
    assert table.inputs["pointInTimeRecovery"] == {"enabled": True}


def test_no_task_goes_by_itself(table: Any):
    assert "ttl" not in table.inputs
