"""Pauses are made and ended by one versioned write, with a record of who did it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schedule_catalog.operations import (
    LedgerOffError,
    NotRunnableError,
    PauseError,
    PauseTarget,
    caller,
    pause,
    pause_acts,
    pause_target,
    read_pauses,
    resume,
)
from schedule_catalog.operations.pauses import LONGEST, LONGEST_REASON, MOST_PAUSES, permitted_pauses
from schedule_client.contract.pauses import Pauses
from tests.schedule_catalog.operations.aws import CALLER, MANIFEST, NOW, Clients, arn, refusal

SOON = NOW + timedelta(hours=2)
BILLING, ALL = PauseTarget("service", "billing"), PauseTarget("all")


def test_a_pause_is_stored_with_its_reason_and_its_maker() -> None:
    aws = Clients()

    made = pause(aws.stack, BILLING, SOON, "upgrade", CALLER, NOW)

    assert (made.since, made.until, made.reason, made.by) == (NOW.timestamp(), SOON.timestamp(), "upgrade", CALLER)
    assert read_pauses(aws.stack) == Pauses(1, (made,))


def test_a_second_pause_of_a_thing_changes_it_and_keeps_its_start() -> None:
    aws = Clients()
    pause(aws.stack, BILLING, SOON, "upgrade", CALLER, NOW)
    pause(aws.stack, ALL, SOON, "incident", CALLER, NOW)

    later = pause(aws.stack, BILLING, SOON + timedelta(hours=1), "longer", CALLER, NOW + timedelta(hours=1))

    assert later.since == NOW.timestamp()
    assert [(one.title, one.reason) for one in read_pauses(aws.stack).pauses] == [
        ("everything", "incident"),
        ('the service "billing"', "longer"),
    ]


def test_resume_ends_the_pause_of_its_thing_alone() -> None:
    aws = Clients()
    made = pause(aws.stack, BILLING, SOON, "upgrade", CALLER, NOW)
    other = pause(aws.stack, ALL, SOON, "incident", CALLER, NOW)

    resumed = NOW + timedelta(minutes=5)
    assert resume(aws.stack, BILLING, CALLER, resumed) == made

    known = read_pauses(aws.stack)
    assert (known.version, known.current(resumed.timestamp())) == (3, (other,))


def test_what_was_done_is_kept_the_newest_first() -> None:
    aws = Clients()
    made = pause(aws.stack, BILLING, SOON, "upgrade", CALLER, NOW)
    resume(aws.stack, BILLING, "arn:other", NOW + timedelta(minutes=5))

    acts = pause_acts(aws.stack)

    assert [(one.act, one.by, one.at, one.pause) for one in acts] == [
        ("resume", "arn:other", NOW + timedelta(minutes=5), made),
        ("pause", CALLER, NOW, made),
    ]


def test_two_operators_at_once_both_have_their_way() -> None:
    aws = Clients()
    pause(aws.stack, BILLING, SOON, "first", CALLER, NOW)
    aws.dynamodb.before_write = lambda: pause(aws.stack, PauseTarget("owner", "ops"), SOON, "between", CALLER, NOW)

    pause(aws.stack, ALL, SOON, "second", CALLER, NOW)

    assert [one.reason for one in read_pauses(aws.stack).pauses] == ["first", "between", "second"]
    assert len(pause_acts(aws.stack)) == 3


def test_endless_changes_of_others_end_in_an_error() -> None:
    aws = Clients()
    pause(aws.stack, BILLING, SOON, "first", CALLER, NOW)

    def refuse(**_: object) -> None:
        raise refusal("TransactionCanceledException", "TransactWriteItems")

    aws.dynamodb.transact_write_items = refuse  # pyright: ignore[reportAttributeAccessIssue]

    with pytest.raises(PauseError, match="changed by others"):
        pause(aws.stack, ALL, SOON, "second", CALLER, NOW)


def test_resume_without_a_pause_names_those_that_hold() -> None:
    aws = Clients()
    pause(aws.stack, BILLING, SOON, "upgrade", CALLER, NOW)

    with pytest.raises(PauseError, match='everything has no pause to end; paused: the service "billing"'):
        resume(aws.stack, ALL, CALLER, NOW)
    with pytest.raises(PauseError, match=r'the service "billing" has no pause to end$'):
        resume(aws.stack, BILLING, CALLER, SOON)


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        (NOW, "x", "has passed"),
        (NOW + LONGEST + timedelta(seconds=1), "x", "at most 366 days"),
        (SOON, " ", "a line of 1 to 200"),
        (SOON, "two\nlines", "a line of 1 to 200"),
        (SOON, "x" * (LONGEST_REASON + 1), "a line of 1 to 200"),
    ],
)
def test_a_pause_has_an_end_and_a_reason(until: object, reason: str, said: str) -> None:
    with pytest.raises(PauseError, match=said):
        pause(Clients().stack, ALL, until, reason, CALLER, NOW)  # pyright: ignore[reportArgumentType]


def test_the_number_of_pauses_is_limited_and_changing_one_is_still_possible() -> None:
    aws = Clients()
    for number in range(MOST_PAUSES):
        pause(aws.stack, PauseTarget("owner", f"o{number}"), SOON, "x", CALLER, NOW)

    with pytest.raises(PauseError, match="50 pauses are the most"):
        pause(aws.stack, ALL, SOON, "x", CALLER, NOW)
    assert pause(aws.stack, PauseTarget("owner", "o7"), SOON, "y", CALLER, NOW).reason == "y"


def test_a_name_is_looked_up_where_names_are_known() -> None:
    aws = Clients()
    aws.scheduler.add("nightly")

    assert pause_target(aws.stack, "schedule", "nightly") == PauseTarget("schedule", arn("nightly"))
    assert pause_target(aws.stack, "application", "shop") == PauseTarget("application", "shop", "shop-")
    assert pause_target(aws.stack, "application", "adhoc") == PauseTarget("application", "adhoc")
    assert pause_target(aws.stack, "owner", "anybody") == PauseTarget("owner", "anybody")
    with pytest.raises(NotRunnableError, match='did you mean "nightly"'):
        pause_target(aws.stack, "schedule", "nightl")
    with pytest.raises(PauseError, match='no application "shopp": did you mean "shop"'):
        pause_target(aws.stack, "application", "shopp")
    with pytest.raises(PauseError, match='no service "biling": did you mean "billing"'):
        pause_target(aws.stack, "service", "biling", ("billing",))


def test_a_stack_without_a_ledger_has_no_pauses_and_says_what_they_need() -> None:
    off = Clients(replace(MANIFEST, ledger_table=None))

    assert read_pauses(off.stack) == Pauses()
    with pytest.raises(LedgerOffError):
        pause(off.stack, ALL, SOON, "x", CALLER, NOW)


def test_pauses_that_one_may_not_read_are_unknown() -> None:
    aws = Clients()

    def refuse(**_: object) -> None:
        raise refusal("AccessDeniedException", "GetItem")

    aws.dynamodb.get_item = refuse  # pyright: ignore[reportAttributeAccessIssue]

    assert permitted_pauses(aws.stack) is None


def test_who_paused_is_the_callers_arn() -> None:
    assert caller(Clients()) == CALLER
