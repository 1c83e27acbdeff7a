from __future__ import annotations

import re
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.undelivered import Undelivered

WHY = Undelivered(
    reason="http-503",
    message="the target answered 503",
    origin="catalog",
    attempts="5",
    undelivered_at="2027-01-05T09:00:00Z",
    run_key="v1.abc",
    status="503",
)


def test_the_reasons_are_read_back_as_they_were_written() -> None:
    assert Undelivered.of_attributes(WHY.attributes()) == WHY


def test_there_are_no_more_attributes_than_sqs_takes() -> None:
    assert len(fields(Undelivered)) <= 10


def test_a_message_of_another_shape_is_told() -> None:
    assert Undelivered.of_attributes({"ERROR_CODE": {"StringValue": "x"}}) is None
    assert Undelivered.of_attributes({}) is None


@given(st.text(min_size=1))
def test_whatever_a_target_says_can_be_carried(text: str) -> None:
    carried = Undelivered(reason=text, message=text, origin="x", attempts="1", undelivered_at="x").attributes()

    for value in carried.values():
        assert re.fullmatch("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+", value["StringValue"])
