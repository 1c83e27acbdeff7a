from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from schedule_catalog.operations import LedgerOffError, failures, identities, runs_of
from schedule_catalog.operations.runs import attempts_made, remembers_since, run_at
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients, arn
from tests.schedule_catalog.operations.records import at, record

if TYPE_CHECKING:
    from schedule_client.contract.ledger import State


def times(aws: Clients, name: str, since: str, most: int | None = None) -> list[str]:
    for identity in identities(aws.stack, name):
        if found := [run.sort for run in runs_of(aws.stack, identity, at(since), most)]:
            return found
    return []


@pytest.fixture
def aws() -> Clients:
    made = Clients()
    for day in range(1, 23):
        made.dynamodb.items.append(record("nightly", f"2026-11-{day:02}T09:00:00Z").to_item())
    made.dynamodb.items.append(record("nightly", "2026-11-20T12:00:00Z#abc").to_item())
    made.dynamodb.items.append(record("nightly", "lock").to_item())
    made.dynamodb.items.append(record("other", "2026-11-20T09:00:00Z").to_item())
    return made


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_the_runs_since_a_time_are_found_page_by_page_the_last_one_first(aws: Clients, page: int) -> None:
    aws.dynamodb.page = page

    assert times(aws, "nightly", "2026-11-20T00:00") == [
        "2026-11-22T09:00:00Z",
        "2026-11-21T09:00:00Z",
        "2026-11-20T12:00:00Z#abc",
        "2026-11-20T09:00:00Z",
    ]
    assert len(times(aws, "nightly", "2026-11-01T00:00")) == 23
    assert times(aws, "nightly", "2026-11-01T00:00", 2) == ["2026-11-22T09:00:00Z", "2026-11-21T09:00:00Z"]


def test_a_schedule_of_an_application_has_its_keyed_runs_too_and_may_be_gone(aws: Clients) -> None:
    for sort in ("2026-11-20T09:00:00Z", "key#order-7"):
        aws.dynamodb.items.append(record("shop-1", sort, NAMES.adhoc_group, "adhoc").to_item())

    assert times(aws, "shop-1", "2026-11-01T00:00") == ["2026-11-20T09:00:00Z", "key#order-7"]
    assert times(aws, arn("shop-1", NAMES.adhoc_group), "2026-11-01T00:00") == ["2026-11-20T09:00:00Z", "key#order-7"]


def test_one_run_is_found_by_its_time(aws: Clients) -> None:
    (nightly, _) = identities(aws.stack, "nightly")

    assert run_at(aws.stack, nightly, at("2026-11-20T09:00")) == record("nightly", "2026-11-20T09:00:00Z")
    assert run_at(aws.stack, nightly, at("2026-11-20T09:01")) is None


def test_failures_are_found_over_midnight_and_not_from_before() -> None:
    aws = Clients()
    for hours, state in (
        (1, "undelivered"),
        (10, "skipped"),
        (20, "undelivered"),
        (30, "undelivered"),
        (2, "delivered"),
    ):
        updated = f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}.000Z"
        one = replace(record(f"s{hours}", "2026-11-22T09:00:00Z"), state=state, updated=updated)
        aws.dynamodb.items.append(one.to_item())

    assert [run.schedule for run in failures(aws.stack, NOW - timedelta(hours=24), NOW)] == ["s1", "s10", "s20"]


def test_failures_of_release_0_1_0_which_had_one_key_a_day_are_found() -> None:
    aws = Clients()
    one = replace(record("old", "2026-11-22T09:00:00Z"), state="undelivered", updated="2026-11-23T08:00:00.000Z")
    aws.dynamodb.items.append(one.to_item() | {"outcome_day": {"S": "undelivered#2026-11-23"}})

    assert failures(aws.stack, at("2026-11-23T00:00"), at("2026-11-23T09:00")) == [one]


def test_the_ledger_remembers_no_more_than_it_keeps_and_nothing_before_it_was_made() -> None:
    aws = Clients()
    assert remembers_since(aws.stack, NOW) == at("2026-11-01T00:00")

    aws.dynamodb.created = at("2020-01-01T00:00")
    assert remembers_since(aws.stack, NOW) == NOW - timedelta(days=45)


def test_without_a_ledger_it_is_said_how_to_turn_it_on() -> None:
    aws = Clients(replace(MANIFEST, ledger_table=None))

    with pytest.raises(LedgerOffError, match="pulumi config set --stack prod schedule-catalog:ledger true"):
        failures(aws.stack, NOW, NOW)


@pytest.mark.parametrize(
    ("state", "attempt", "made"),
    [("running", 2, 2), ("waiting", 2, 1), ("waiting", 1, 0), ("skipped", 1, 0), ("delivered", 1, 1)],
)
def test_an_attempt_that_a_run_waits_for_or_never_got_is_not_one_that_was_made(
    state: State, attempt: int, made: int
) -> None:
    assert attempts_made(replace(record("nightly", "2026-11-22T00:00:00Z"), state=state, attempt=attempt)) == made


def test_a_run_that_ended_within_the_first_second_of_the_period_is_found(aws: Clients) -> None:
    ended = replace(record("nightly", "2026-11-22T09:00:00Z"), state="skipped", updated="2026-11-22T09:00:00.350Z")
    aws.dynamodb.items = [ended.to_item()]

    assert failures(aws.stack, at("2026-11-22T09:00"), NOW) == [ended]
