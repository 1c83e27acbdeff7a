"""How the text of a timing is read."""

from __future__ import annotations

import pytest

from schedule_catalog.checking.draft import aws_text
from schedule_catalog.expressions import ExpressionError


@pytest.mark.parametrize(
    ("kind", "text", "whole"),
    [
        ("cron", "0 9 * * ? *", "cron(0 9 * * ? *)"),
        ("rate", "5 minutes", "rate(5 minutes)"),
        ("at", "2027-01-05T09:00", "at(2027-01-05T09:00:00)"),
        ("at", "2027-01-05T09:00:00", "at(2027-01-05T09:00:00)"),
    ],
)
def test_a_timing_is_wrapped_as_aws_has_it(kind: str, text: str, whole: str) -> None:
    assert aws_text(kind, text) == whole


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("cron", "0 9 32 * ? *", 'column 5: "32" is not allowed in day-of-month'),
        ("cron", "/5 9 * * ? *", 'column 1: "/5" has no start: write for example "0/5"'),
        ("cron", " 0 9 * * ? *", 'column 1: spaces at the start or the end are not allowed: write "0 9 * * ? *"'),
        ("rate", "5 sec", 'column 3: "sec" is not a rate\'s unit'),
        ("at", "2027-02-30T09:00", 'column 1: "2027-02-30T09:00:00" is not in the calendar'),
    ],
)
def test_a_mistake_is_at_its_place_in_what_the_author_wrote(kind: str, text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        aws_text(kind, text)

    assert str(caught.value).startswith(said)
