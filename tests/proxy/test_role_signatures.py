"""botocore is the measure of what a `sigv4` client signs, computed from what arrived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.proxy.caller import CATALOG, run
from tests.proxy.role_signature import is_signed
from tests.proxy.stage import NOW
from tests.proxy.token_shop import GATEWAY, ROLE, Shop, token_shop


@pytest.fixture(name="shop")
def _shop() -> Iterator[Shop]:
    with token_shop() as shop:
        yield shop


@pytest.mark.parametrize(
    "members",
    [
        {"body": {"mode": "nightly", "note": "für"}},
        {"method": "GET", "params": {"day": "2027-01-05T08:00:00Z", "q": ["a b", "c+d/e", "~"]}},
        {"path": "/close/a%20b//c/~x;y=1", "body": None},
        {"path": "/close?b=2&a=x+y&flag&c=%2f", "params": {"a": 1}},
        {"headers": {"X-Team": "a   b", "x-amz-date": "20000101T000000Z", "X_Amz_Security_Token": "mine"}},
    ],
)
def test_a_call_is_signed_over_what_is_sent_with_the_key_of_the_clients_role(
    shop: Shop, members: dict[str, Any]
) -> None:
    assert shop.caller().call(run(auth=GATEWAY, **members), 10).verdict == "delivered"

    assert is_signed(shop.target.last)
    headers = shop.target.last.headers
    assert headers["x-amz-security-token"] == "SessionToken-1"
    assert not {"x-amz-date", "x-amz-security-token"} & {name.replace("_", "-") for name in headers if "_" in name}
    assert "Credential=AccessKeyId-1/20270105/eu-west-1/execute-api/aws4_request" in headers["authorization"]
    assert {"idempotency-key", "host"} < set(
        headers["authorization"].partition("SignedHeaders=")[2].split(",")[0].split(";")
    )
    assert shop.aws.sts.asked == [
        {"RoleArn": ROLE, "RoleSessionName": "schedule-catalog-catalog", "DurationSeconds": 3600}
    ]


def test_each_attempt_is_signed_at_its_own_time(shop: Shop) -> None:
    calling = shop.caller()
    for minute in (0, 7):
        shop.now = NOW + timedelta(minutes=minute)
        calling.call(run(auth=GATEWAY), 10)

    assert len({each.headers["x-amz-date"] for each in shop.target.received}) == 2
    assert is_signed(shop.target.last)


def test_a_call_can_be_signed_for_a_webhook_and_for_aws(shop: Shop) -> None:
    shop.aws.secrets["/shop/signing/billing"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    calling = shop.caller()
    calling = replace(calling, settings=replace(calling.settings, signing={"billing": CATALOG}))

    assert calling.call(run(auth=GATEWAY, body={"n": 1}), 10).verdict == "delivered"

    assert is_signed(shop.target.last)
    assert "webhook-signature" in shop.target.last.headers["authorization"]
