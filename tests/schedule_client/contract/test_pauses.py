"""A pause covers the calls of its thing, of no other, and until its end only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schedule_client.contract.errors import PausesError
from schedule_client.contract.pauses import (
    AFTERMATH_SECONDS,
    CURRENT,
    PARTITION,
    SPREAD_SECONDS,
    Pauses,
    RunTimePause,
    Scope,
    Subject,
)
from schedule_client.contract.records import replace

ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices"
SERVICES = {"billing": "https://api.example.com/billing", "shop": "https://api.example.com/shop"}
CLOSE = Subject(origin="catalog", arn=ARN, owner="finance", service="billing", services=SERVICES)
SINCE, UNTIL = 1_000, 2_000


def pause(scope: Scope, name: str = "", **members: Any) -> RunTimePause:
    return RunTimePause(
        **{"scope": scope, "name": name, "since": SINCE, "until": UNTIL, "reason": "x", "by": "y", **members}
    )


@pytest.mark.parametrize(
    ("one", "covered"),
    [
        (pause("all"), True),
        (pause("schedule", ARN), True),
        (pause("schedule", ARN + "2"), False),
        (pause("owner", "finance"), True),
        (pause("owner", "billing"), False),
        (pause("service", "billing"), True),
        (pause("service", "finance"), False),
        (pause("application", "shop"), False),
        (pause("application", "catalog"), True),
    ],
)
def test_a_pause_covers_the_calls_of_its_thing(one: RunTimePause, covered: bool) -> None:
    assert one.covers(CLOSE) is covered


def test_an_application_is_paused_by_its_origin_and_by_its_prefix_where_calls_had_no_origin() -> None:
    one = pause("application", "shop", prefix="shop-")
    arn = "arn:aws:scheduler:eu-central-1:123456789012:schedule/adhoc/shop-1"

    assert one.covers(Subject(origin="shop"))
    assert one.covers(Subject(origin="adhoc", arn=arn))
    assert not one.covers(Subject(origin="adhoc", arn=arn.replace("shop-1", "bank-1")))
    assert not one.covers(Subject(origin="bank", arn=arn))
    assert not pause("application", "shop", prefix=None).covers(Subject(origin="adhoc", arn=arn))


def test_an_owner_is_paused_in_the_catalog_only_since_applications_may_claim_any() -> None:
    assert not pause("owner", "finance").covers(replace(CLOSE, origin="shop"))


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://api.example.com/billing/close", True),
        ("https://API.example.com:443/billing", True),
        ("https://api.example.com//billing/x", True),
        ("https://api.example.com/%62illing/x", True),
        ("https://api.example.com/%2562illing/x", True),
        ("https://api.example.com/billing;v=1/x", True),
        ("https://api.example.com/billing?x=1", True),
        ("https://api.example.com/billing2/close", False),
        ("https://api.example.com/shop/close", False),
        ("https://other.example.com/billing/close", False),
        ("not a url", False),
    ],
)
def test_a_call_by_url_belongs_to_the_service_whose_base_url_it_begins_with(url: str, covered: bool) -> None:
    assert pause("service", "billing").covers(replace(CLOSE, service=None, url=url)) is covered


@pytest.mark.parametrize(
    ("path", "covered"), [("/billing/x", True), ("/%62illing;v=1//x", True), ("/shop/billing", False)]
)
def test_a_call_of_another_service_with_the_same_base_belongs_to_the_service_too(path: str, covered: bool) -> None:
    services = {**SERVICES, "api": "https://api.example.com"}

    assert pause("service", "billing").covers(replace(CLOSE, service="api", path=path, services=services)) is covered
    assert pause("service", "api").covers(replace(CLOSE, path="/x", services=services))


def test_a_pause_ends_by_itself() -> None:
    known = Pauses(1, (pause("all"),))

    assert known.holding(CLOSE, UNTIL - 0.001) == known.pauses
    assert known.holding(CLOSE, UNTIL) == ()


def test_runs_leave_spread_over_a_minute_the_oldest_first() -> None:
    one = pause("service", "billing")

    assert [one.due(at) for at in (0, SINCE, 1_500, UNTIL, 3_000)] == [
        *(UNTIL, UNTIL, UNTIL + SPREAD_SECONDS / 2),
        *(UNTIL + SPREAD_SECONDS, UNTIL + SPREAD_SECONDS),
    ]


def test_the_next_version_has_one_pause_of_a_thing_and_none_that_has_ended() -> None:
    ended, longer = pause("owner", "finance", until=1_400), pause("all", until=3_000)
    known = Pauses(3, (pause("all"), ended, pause("service", "billing")))

    assert known.having(longer, 1_500) == Pauses(4, (pause("service", "billing"), longer))
    assert known.without("all", "", 1_500) == Pauses(4, (pause("service", "billing"),))


def test_the_pause_of_a_service_is_kept_for_a_while_as_its_runs_come_back() -> None:
    known = Pauses(3, (pause("service", "billing"),)).without("service", "billing", 1_500.9)

    assert known == Pauses(4, (pause("service", "billing", until=1_500, resumed=True),))
    assert Pauses.from_item(known.to_item()) == known
    behind = 1_400
    assert (known.holding(CLOSE, behind), known.released(CLOSE, behind)) == ((), True)
    assert (known.current(1_500.9), known.released(CLOSE, 1_500.9)) == ((), True)
    assert not known.released(replace(CLOSE, service="shop"), 1_500.9)
    last = 1_500 + AFTERMATH_SECONDS
    assert [known.released(CLOSE, at) for at in (last - 1, last)] == [True, False]
    kept = [len(known.having(pause("all"), at).pauses) for at in (last - 1, last)]
    assert kept == [2, 1]
    again = pause("service", "billing", until=3_000)
    assert known.having(again, 1_600) == Pauses(5, (again,))
    assert not known.having(again, 1_600).released(CLOSE, 1_700)


def test_a_pause_that_a_clock_ahead_has_made_ends_at_once() -> None:
    (ended,) = Pauses(1, (pause("service", "billing"),)).without("service", "billing", SINCE - 5).pauses

    assert (ended.since, ended.until) == (SINCE - 5, SINCE - 5)


def test_the_item_has_what_was_stored() -> None:
    known = Pauses(7, (pause("all", reason="für „Müller“"), pause("application", "shop", prefix="shop-")))

    assert Pauses.from_item(known.to_item()) == known
    assert Pauses.from_item(None) == Pauses()


def test_members_of_a_newer_version_are_ignored() -> None:
    item = Pauses(1, (pause("all"),)).to_item()
    document = json.loads(item["pauses"]["S"])
    document["pauses"][0]["ticket"] = "OPS-1"
    item["pauses"] = {"S": json.dumps(document)}

    assert Pauses.from_item(item).pauses == (pause("all"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"v":2,"pauses":[]}',
        '{"v":1}',
        '{"v":1,"pauses":[{}]}',
        '{"v":1,"pauses":[{"scope":"moon","name":"","since":1,"until":2,"reason":"","by":""}]}',
        '{"v":1,"pauses":[{"scope":"all","name":"","since":1,"until":true,"reason":"","by":""}]}',
        '{"v":1,"pauses":[{"scope":"all","name":1,"since":1,"until":2,"reason":"","by":""}]}',
        '{"v":1,"pauses":[{"scope":"all","name":"","since":1,"until":999999999999,"reason":"","by":""}]}',
        '{"v":1,"pauses":[{"scope":"all","name":"","since":-1,"until":2,"reason":"","by":""}]}',
        '{"v":1,"pauses":[{"scope":"all","name":"","since":3,"until":2,"reason":"","by":""}]}',
        '{"v":1,"pauses":[7]}',
    ],
)
def test_what_cannot_be_read_is_an_error_and_not_the_absence_of_pauses(text: str) -> None:
    item = {"pk": {"S": PARTITION}, "sk": {"S": CURRENT}, "version": {"N": "1"}, "pauses": {"S": text}}

    with pytest.raises(PausesError):
        Pauses.from_item(item)
