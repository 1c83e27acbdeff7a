"""What whoever writes an event tries with its key, against the real handler and the emulator's stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schedule_client.contract.proxy_settings import ApplicationOrigin
from schedule_client.contract.records import replace
from schedule_client.errors import InvalidKeyError
from schedule_client.names import keyed_name
from tests.proxy.shop_event import ARN, event

if TYPE_CHECKING:
    from tests.proxy.emulated import Shop
    from tests.proxy.target import Target

# 256 characters that the ledger counts as 1,028 bytes, its own prefix included.
EMOJI = "\U0001f511" * 256


def test_a_key_of_256_emoji_is_refused_by_the_client_and_makes_no_loop_in_the_proxy(shop: Shop) -> None:
    with pytest.raises(InvalidKeyError, match="1,000 bytes"):
        keyed_name("app-", EMOJI)

    answer = shop.handle(event(shop, key=EMOJI), "adhoc")

    assert answer["reason"] == "unsupported-request"
    assert "1,000 bytes" in answer["message"]
    assert (shop.waiting(), [letter["REASON"] for letter in shop.letters()]) == (0, ["unsupported-request"])


def test_the_longest_key_that_is_taken_fits_into_the_ledger(shop: Shop, target: Target) -> None:
    key = "\U0001f511" * 250
    assert len(keyed_name("app-", key)) <= 64

    assert shop.handle(event(shop, key=key), "adhoc")["success"]
    assert len(target.received) == 1


def keyed(shop: Shop, minutes: int = 0, **members: Any) -> dict[str, Any]:
    """The event of another schedule of the same name, which fires `minutes` later."""
    time = datetime.fromtimestamp(shop.now + 60 * minutes, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = event(shop, key="remind-1042", body={"order": 1, "due": time, "by": f"{ARN}app-call"}, **members)
    return {**given, "schedule": {**given["schedule"], "time": time}}


def test_a_key_that_is_used_again_for_something_else_is_told_and_not_called(shop: Shop, target: Target) -> None:
    assert shop.handle(keyed(shop), "adhoc")["success"]
    other = keyed(shop, path="/other")

    answers = [shop.handle(other, "adhoc") for _ in range(3)]

    assert [answer["reason"] for answer in answers] == ["key-reused", "undelivered", "undelivered"]
    assert '"remind-1042"' in answers[0]["message"]
    assert len(target.received) == 1
    (letter,) = shop.letters()
    assert (letter["REASON"], letter["ATTEMPTS"], json.loads(letter["body"])) == ("key-reused", "0", other)
    states = {record.sort.partition("#")[0]: (record.state, record.reason) for record in shop.records()}
    assert states == {"key": ("delivered", None), "reused": ("undelivered", "key-reused")}
    lines = [json.loads(line) for line in shop.output.getvalue().splitlines()]
    assert [line["KeysReused"] for line in lines if "KeysReused" in line] == [1]
    assert not any("Failed" in line for line in lines)


def test_each_other_content_of_a_key_is_kept_once(shop: Shop, target: Target) -> None:
    shop.handle(keyed(shop), "adhoc")
    for path in ("/a", "/b", "/a", "/b"):
        shop.handle(keyed(shop, path=path), "adhoc")

    assert sorted(json.loads(letter["body"])["path"] for letter in shop.letters()) == ["/a", "/b"]
    assert len(target.received) == 1


def test_a_time_that_the_caller_wrote_itself_is_no_other_content(shop: Shop, target: Target) -> None:
    first = keyed(shop)
    shop.handle(first, "adhoc")

    again = shop.handle({**keyed(shop, minutes=5), "body": first["body"]}, "adhoc")

    assert (again["outcome"], again["reason"], len(target.received)) == ("duplicate", "delivered", 1)


def test_the_same_call_again_at_another_time_is_a_duplicate(shop: Shop, target: Target) -> None:
    shop.handle(keyed(shop), "adhoc")

    again = shop.handle(keyed(shop, minutes=5), "adhoc")

    assert (again["outcome"], again["reason"], len(target.received)) == ("duplicate", "delivered", 1)
    assert shop.letters() == []


@pytest.mark.parametrize("act", ["replay", "trigger"])
def test_a_person_s_mark_gets_no_other_call_past_a_key(shop: Shop, target: Target, act: str) -> None:
    shop.handle(keyed(shop), "adhoc")
    at = datetime.fromtimestamp(shop.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    mark: dict[str, Any] = {act: {"id": "act-1", "at": at, **({"run": "own"} if act == "trigger" else {})}}

    shop.handle(keyed(shop, path="/other", **mark), "adhoc")

    assert len(target.received) == 1


def test_a_key_of_an_earlier_release_has_no_content_to_compare(shop: Shop, target: Target) -> None:
    shop.handle(keyed(shop), "adhoc")
    shop.clients.client("dynamodb").update_item(
        TableName=shop.name,
        Key={"pk": {"S": f"adhoc#{ARN}app-call"}, "sk": {"S": "key#remind-1042"}},
        UpdateExpression="REMOVE content",
    )

    other = shop.handle(keyed(shop, path="/other"), "adhoc")

    assert (other["outcome"], other["reason"], shop.letters()) == ("duplicate", "delivered", [])


# The move of an application: the day of `isolated` may end 12 hours later than in UTC, and begin 14 hours earlier.

ISOLATED = datetime(2027, 2, 1, tzinfo=UTC)
LOOKS_BACK = timedelta(days=45, hours=36)


@pytest.mark.parametrize(
    ("after", "calls"),
    [(timedelta(0), 1), (timedelta(days=45), 1), (LOOKS_BACK - timedelta(seconds=1), 1), (LOOKS_BACK, 2)],
)
def test_a_key_from_before_the_move_is_looked_for_until_the_ledger_may_have_forgotten_it(
    shop: Shop, target: Target, after: timedelta, calls: int
) -> None:
    shop.configure(replace(shop.settings, applications={"shop": ApplicationOrigin(isolated="2027-02-01")}))
    shop.now = (ISOLATED - timedelta(hours=1)).timestamp()
    assert shop.handle(event(shop, key="remind-1"), "adhoc")["success"]

    shop.now = (ISOLATED + after).timestamp()

    assert shop.handle(event(shop, key="remind-1"), "shop")["success"]
    assert len(target.received) == calls


def test_another_application_s_keys_from_before_the_move_are_not_looked_for(shop: Shop, target: Target) -> None:
    applications = {"shop": ApplicationOrigin(isolated="2027-02-01"), "evil": ApplicationOrigin()}
    shop.configure(replace(shop.settings, applications=applications))
    shop.now = ISOLATED.timestamp()
    assert shop.handle(event(shop, key="remind-1"), "evil")["success"]

    assert shop.handle(event(shop, key="remind-1"), "shop")["success"]
    assert len(target.received) == 2
