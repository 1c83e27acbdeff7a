from __future__ import annotations

from typing import Any

import pytest

from schedule_client import KeyReusedError
from schedule_client.contract.records import replace
from tests.schedule_client.aws import REQUEST, Application


@pytest.mark.parametrize(
    ("there", "here", "said"),
    [
        ({"amount": 1}, {"amount": True}, "body.amount is 1 there and true here"),
        ({"amount": 1}, {"amount": 1.0}, "body.amount is 1 there and 1.0 here"),
        ({"amount": None}, {}, "body.amount is null there and absent here"),
        ({}, {"amount": None}, "body.amount is absent there and null here"),
    ],
)
def test_a_key_with_another_value_of_json_tells_the_difference(there: Any, here: Any, said: str) -> None:
    app = Application()
    app.client.schedule_recurring(replace(REQUEST, body=there), rate="1 hour", key="order-7")

    with pytest.raises(KeyReusedError) as caught:
        app.client.schedule_recurring(replace(REQUEST, body=here), rate="1 hour", key="order-7")

    assert caught.value.differences == (said,)
    assert app.client.schedule_recurring(replace(REQUEST, body=there), rate="1 hour", key="order-7").key == "order-7"
