from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract import RunRecord

RECORD = RunRecord(
    partition="catalog#arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices",
    sort="2027-01-05T08:00:00Z",
    version=3,
    run_key="v1.abc",
    state="running",
    attempt=2,
    updated="2027-01-05T08:00:12.345Z",
    expires=1803024012,
)
texts = st.text(min_size=1, max_size=20)
numbers = st.floats(0, 4e9, allow_nan=False) | st.integers(0, 2**40)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "holder": texts,
            "until": numbers,
            "due": numbers,
            "reason": texts,
            "status": st.integers(100, 599),
            "milliseconds": numbers,
            "act": texts,
        },
    )
)
def test_an_item_is_read_back_as_it_was_written(members: dict[str, Any]) -> None:
    record = replace(RECORD, **members)

    assert RunRecord.from_item(record.to_item()) == record


def test_an_item_is_what_the_table_is_keyed_by() -> None:
    item = RECORD.to_item()

    assert (item["pk"], item["sk"], item["version"], item["expires"]) == (
        {"S": RECORD.partition},
        {"S": "2027-01-05T08:00:00Z"},
        {"N": "3"},
        {"N": "1803024012"},
    )
    assert "outcome_day" not in item
    assert "holder" not in item


def test_only_what_was_not_delivered_is_in_the_index() -> None:
    days = {state: replace(RECORD, state=state).to_item().get("outcome_day") for state in ("delivered", "waiting")}

    assert days == {"delivered": None, "waiting": None}
    assert replace(RECORD, state="undelivered").to_item()["outcome_day"] == {"S": "undelivered#2027-01-05"}
    assert replace(RECORD, state="skipped").to_item()["outcome_day"] == {"S": "skipped#2027-01-05"}


def test_attributes_of_a_newer_proxy_are_passed_over() -> None:
    assert RunRecord.from_item({**RECORD.to_item(), "mood": {"S": "good"}}) == RECORD
