from __future__ import annotations

import pytest

from schedule_catalog.operations import NotRunnableError, find_schedule, identities
from tests.schedule_catalog.operations.aws import NAMES, Clients, arn


def test_a_name_means_the_catalogs_schedule_before_an_applications() -> None:
    aws = Clients()
    aws.scheduler.add("both", NAMES.adhoc_group)
    assert find_schedule(aws.stack, "both").group == NAMES.adhoc_group

    aws.scheduler.add("both")
    assert find_schedule(aws.stack, "both").group == NAMES.catalog_group
    assert find_schedule(aws.stack, arn("both", NAMES.adhoc_group)).group == NAMES.adhoc_group


def test_an_unknown_name_is_told_the_nearest() -> None:
    aws = Clients()
    aws.scheduler.add("close-invoices")

    with pytest.raises(NotRunnableError, match='did you mean "close-invoices"'):
        find_schedule(aws.stack, "close-invoice")
    with pytest.raises(NotRunnableError, match="schedules status"):
        find_schedule(aws.stack, "zzz")


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/a",
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/shop-prod-eu-central-1-catalog/a",
        "arn:aws:scheduler:eu-central-1:000000000000:schedule/shop-prod-eu-central-1-catalog/a",
        "arn:aws:lambda:eu-central-1:123456789012:function:f",
    ],
)
def test_an_arn_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(NotRunnableError, match="is not a schedule of the stack"):
        identities(Clients().stack, text)


@pytest.mark.parametrize("text", ["", "a b", "../a", "a/b", "x" * 65, "é"])
def test_what_can_be_no_name_is_not_asked_for(text: str) -> None:
    with pytest.raises(NotRunnableError, match="cannot name a schedule"):
        find_schedule(Clients().stack, text)
