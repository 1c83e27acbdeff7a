from __future__ import annotations

from typing import Any

import pytest

from schedule_client.contract.ledger import INDEX, RunRecord
from tests.infra.sample import CONFIG, sample_stack, statements
from tests.pulumi_harness import run_program


@pytest.fixture(name="table")
def _table() -> Any:
    return sample_stack()["aws:dynamodb/table:Table", "ledger-table"]


def test_a_run_is_found_by_its_schedule_and_its_time(table: Any):
    assert (table.inputs["hashKey"], table.inputs["rangeKey"]) == ("pk", "sk")


def test_what_was_not_delivered_is_found_by_outcome_and_day(table: Any):
    (index,) = table.inputs["globalSecondaryIndexes"]

    assert index == {
        "name": "by-outcome",
        "keySchemas": [
            {"attributeName": "outcome_day", "keyType": "HASH"},
            {"attributeName": "updated", "keyType": "RANGE"},
        ],
        "projectionType": "ALL",
    }


def test_an_item_goes_by_itself(table: Any):
    assert table.inputs["ttl"] == {"attributeName": "expires", "enabled": True}


def test_the_table_cannot_be_lost_by_mistake(table: Any):
    assert table.protect
    assert table.inputs["deletionProtectionEnabled"] is True
    assert table.inputs["pointInTimeRecovery"] == {"enabled": True}


def test_the_table_costs_nothing_while_nothing_runs(table: Any):
    assert table.inputs["billingMode"] == "PAY_PER_REQUEST"


def test_a_stack_without_a_ledger_has_no_table_and_no_right_to_one():
    stack = run_program({**CONFIG, "ledger": False})

    function = stack["aws:lambda/function:Function", "proxy"].inputs["environment"]["variables"]
    policy = stack["aws:iam/rolePolicy:RolePolicy", "proxy-function-policy"].inputs["policy"]
    assert "ledger-table" not in stack.of_type("aws:dynamodb/table:Table")
    assert "LEDGER_TABLE" not in function
    assert not [each for each in statements(policy) if "dynamodb" in str(each)]
    assert "ledger_table" not in stack.outputs


def test_the_keys_of_the_table_are_those_of_a_record(table: Any):
    record = RunRecord(
        partition="catalog#arn",
        sort="2027-01-05T08:00:00Z",
        version=1,
        run_key="v1.abc",
        state="undelivered",
        attempt=5,
        updated="2027-01-05T08:20:00.000Z",
        expires=1803024000,
    )
    texts = {key for key, value in record.to_item().items() if "S" in value}
    (index,) = table.inputs["globalSecondaryIndexes"]

    assert {each["name"] for each in table.inputs["attributes"]} <= texts
    assert {each["type"] for each in table.inputs["attributes"]} == {"S"}
    assert index["name"] == INDEX
    assert "N" in record.to_item()[table.inputs["ttl"]["attributeName"]]
