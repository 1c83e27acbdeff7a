from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.ledger import KEYS_OF_A_DAY, RunRecord, outcome_days
from schedule_client.contract.run_keys import fresh_run_key

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
    for state in ("undelivered", "skipped"):
        item = replace(RECORD, state=state).to_item()
        assert item["outcome_day"]["S"].startswith(f"{state}#2027-01-05#")
        assert item["outcome_day"]["S"] in outcome_days(state, RECORD.updated)


def test_the_runs_of_a_day_are_spread_over_its_keys_and_each_keeps_its_own() -> None:
    records = [
        replace(RECORD, state="undelivered", run_key=fresh_run_key("catalog", "arn", str(number)))
        for number in range(800)
    ]
    keys = Counter(record.to_item()["outcome_day"]["S"] for record in records)

    assert len(keys) == KEYS_OF_A_DAY
    assert max(keys.values()) < 2 * 800 / KEYS_OF_A_DAY
    later = [replace(record, version=4, notice="sent") for record in records]
    assert [one.to_item()["outcome_day"] for one in later] == [one.to_item()["outcome_day"] for one in records]


def test_attributes_of_a_newer_proxy_are_passed_over() -> None:
    assert RunRecord.from_item({**RECORD.to_item(), "mood": {"S": "good"}}) == RECORD
