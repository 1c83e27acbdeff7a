from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.metrics import MAX_OWNERS, NAMESPACE, Metrics, State, counted_owner
from proxy.outcome import Outcome
from proxy.transport import Reply
from schedule_client.contract.proxy_settings import ApplicationOrigin, ProxySettings
from tests.proxy.caller import run
from tests.proxy.embedded_metrics import moment, names, points
from tests.proxy.stage import NOW

if TYPE_CHECKING:
    from proxy.run import Run

STATES: tuple[State, ...] = get_args(State)
OK = Outcome("delivered", reply=Reply(200, b"", "", True), milliseconds=81.23)
STACK, OWNER = (("Project", "shop"), ("Stack", "prod")), ("Owner", "billing")


def members(one: Run | None, state: State, outcome: Outcome | None = OK, metrics: Metrics | None = None) -> Any:
    owner = counted_owner(one, ProxySettings())
    return (metrics or Metrics("shop", "prod")).members(one, owner, state, outcome, NOW, 12.04)


def failed(reason: str | None) -> Any:
    return members(run(owner="billing"), "undelivered", Outcome("permanent", reason))


def test_a_delivered_run_counts_for_its_stack_and_for_its_owner() -> None:
    line = members(replace(run(owner="billing"), attempt=3), "delivered")

    values = {"Delivered": 1, "Latency": 81.2, "Lateness": 12.0}
    expected = {(name, STACK): value for name, value in values.items()}
    assert points(line) == {**expected, ("Delivered", (*STACK, OWNER)): 1}
    assert moment(line) == NOW
    assert {each["Namespace"] for each in line["_aws"]["CloudWatchMetrics"]} == {NAMESPACE}


def test_a_failure_counts_for_its_stack_and_for_its_owner() -> None:
    assert set(points(failed("timeout"))) == {("Failed", STACK), ("Failed", (*STACK, OWNER))}


def test_a_hundred_owners_make_two_metrics_each_beside_the_stacks() -> None:
    metrics = Metrics("shop", "prod")
    paid = {
        point
        for number in range(100)
        for state in STATES
        for point in points(members(run(owner=f"owner-{number}"), state, OK, metrics))
    }

    assert len(paid) == 2 * 100 + 7


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        ("delivered", {"Delivered", "Latency", "Lateness"}),
        ("undelivered", {"Failed", "Latency"}),
        ("waiting", {"Retried", "Latency"}),
        ("skipped", {"Skipped", "Latency"}),
        ("duplicate", {"DuplicatesSuppressed", "Latency"}),
    ],
)
def test_every_state_has_its_count(state: State, counted: set[str]) -> None:
    assert names(members(run(), state)) == counted


def test_a_look_at_a_pause_counts_nothing_and_its_end_does() -> None:
    held = Outcome("retryable", "paused", called=False)

    assert members(run(), "waiting", held) == {}
    assert names(members(run(), "undelivered", Outcome("permanent", "paused"))) == {"Failed"}


@pytest.mark.parametrize("outcome", [None, Outcome("retryable", "dns", milliseconds=81.23)])
def test_without_an_answer_there_is_no_latency(outcome: Outcome | None) -> None:
    assert names(members(run(), "waiting", outcome)) == {"Retried"}


def test_a_run_without_an_owner_counts_for_nobody() -> None:
    assert members(run(), "delivered")["Owner"] == "none"
    assert members(None, "undelivered", Outcome("permanent", "unsupported-request"))["Owner"] == "none"


def test_a_schedule_has_metrics_of_its_own_only_where_the_catalog_asks_for_them() -> None:
    asking = run(owner="billing", metrics="per-schedule")

    own = (*STACK, OWNER, ("Schedule", "close-invoices"))
    assert points(members(asking, "delivered"))["Delivered", own] == 1
    assert points(members(asking, "undelivered"))["Failed", own] == 1
    for other in (run(owner="billing"), replace(asking, origin="adhoc"), replace(asking, schedule=None)):
        assert not any("Schedule" in dict(at) for _, at in points(members(other, "delivered")))


SETTINGS = ProxySettings(
    owners=("billing", "callback", "shop-team"),
    applications={"shop": ApplicationOrigin("shop-team"), "evil": ApplicationOrigin()},
)


@pytest.mark.parametrize(
    ("origin", "claimed", "counted"),
    [
        ("catalog", "billing", "billing"),
        ("catalog", "invented", "other"),
        ("catalog", None, "none"),
        ("shop", "billing", "shop-team"),
        ("shop", None, "shop-team"),
        ("evil", "billing", "other"),
        ("evil", "shop-team", "other"),
        ("evil", None, "none"),
        ("callback", "callback", "callback"),
        ("adhoc", "billing", "other"),
        ("adhoc", "callback", "other"),
        ("direct", "billing", "other"),
    ],
)
def test_a_run_time_call_counts_for_no_owner_but_its_application_s(
    origin: str, claimed: str | None, counted: str
) -> None:
    assert counted_owner(replace(run(owner=claimed), origin=origin), SETTINGS) == counted


def test_a_hundred_invented_owners_do_not_blind_the_alarm_of_a_declared_one() -> None:
    metrics = Metrics("shop", "prod")

    def count(origin: str, owner: str) -> str:
        one = replace(run(owner=owner), origin=origin)
        return metrics.members(one, counted_owner(one, SETTINGS), "undelivered", OK, NOW, None)["Owner"]

    invented = {count(origin, f"owner-{number}") for origin in ("evil", "adhoc") for number in range(500)}

    assert invented == {"other"}
    assert count("catalog", "billing") == "billing"


def test_a_catalog_with_owners_without_end_does_not_make_metrics_without_end() -> None:
    metrics = Metrics("shop", "prod")
    owners = [members(run(owner=f"owner-{number}"), "delivered", OK, metrics)["Owner"] for number in range(1000)]

    assert len(set(owners)) == MAX_OWNERS + 1
    assert owners[-1] == "other"
    assert members(run(owner="owner-0"), "delivered", OK, metrics)["Owner"] == "owner-0"


@given(owner=st.text(), reason=st.text() | st.none(), state=st.sampled_from(STATES))
def test_whatever_an_event_says_cloudwatch_takes_the_line(owner: str, reason: str | None, state: State) -> None:
    line = members(run(owner=owner, metrics="per-schedule"), state, Outcome("permanent", reason))

    assert points(line)
