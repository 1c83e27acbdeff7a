"""What an entry says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schedule_catalog.entry import HANDING_MINUTES
from tests.catalog_texts import entries, entry

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


def minutes(timing: str) -> int | None:
    retry = entry(timing).request.retry
    return retry.max_age_minutes if retry else None


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("rate: 5 minutes", 5),
        ("rate: 1 minute", 1),
        ("rate: 2 hours", 60),
        ('cron: "0/10 * * * ? *"', 10),
        ('cron: "5,7 * * * ? *"', 2),
        ('cron: "0 9 * * ? *"', 60),
        ("at: 2027-01-01T00:00", 60),
        ("rate: 5 minutes\nretry: {max_age_minutes: 90}", 90),
    ],
)
def test_a_call_is_retried_until_the_next_fire_and_an_hour_at_most_unless_its_author_says_more(
    timing: str, expected: int
) -> None:
    assert minutes(timing) == expected


def test_a_one_time_call_is_finished_when_its_time_window_and_retry_age_have_passed() -> None:
    once = "at: 2027-01-05T09:00\ntimezone: Europe/Paris"
    call = entry(f"{once}\nflexible_window_minutes: 15\nretry: {{max_age_minutes: 45}}")
    last = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)

    assert call.timing.expires == datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
    assert not call.finished(last - timedelta(minutes=1), HANDING_MINUTES)
    assert call.finished(last, HANDING_MINUTES)


def test_a_recurring_entry_is_finished_at_its_end_and_without_one_never() -> None:
    ended = entry("rate: 5 minutes\nstart: 2026-01-01T00:00\nend: 2026-12-01T00:00\ntimezone: Asia/Seoul")

    assert not ended.finished(datetime(2026, 11, 30, 14, 59, tzinfo=UTC), HANDING_MINUTES)
    assert ended.finished(datetime(2026, 11, 30, 15, 0, tzinfo=UTC), HANDING_MINUTES)
    assert not entry("rate: 5 minutes").finished(datetime.max.replace(tzinfo=UTC), HANDING_MINUTES)


def test_where_an_entry_stands_makes_no_difference_when_two_are_compared() -> None:
    above, below = entry("rate: 5 minutes"), entry("\n# moved down\nrate: 5 minutes\n")

    assert above == below
    assert above != entry("rate: 6 minutes")


def test_one_stack_gets_one_entry_and_every_stack_gets_one_without_a_name() -> None:
    assert [each.stack for each in entries("rate: 5 minutes")] == [None]
    assert [each.stack for each in entries("rate: 5 minutes\nstacks: [prod, dev]")] == ["prod", "dev"]


def test_the_request_carries_what_the_proxy_must_know() -> None:
    found: Entry = entry(
        "rate: 5 minutes\ntimeout_seconds: 7\noverlap: skip\nretry: {max_attempts: 2}",
        "{service: callback, path: /p, method: PUT, body: [1], auth: {type: header, name: X-Key, secret: ssm:k}}",
    )
    request = found.request

    assert (request.service, request.path, request.method, request.body) == ("callback", "/p", "PUT", [1])
    assert (request.timeout_seconds, request.overlap, request.owner) == (7, "skip", "team")
    assert request.auth is not None
    assert (request.auth.type, request.auth.name, request.auth.secret) == ("header", "X-Key", "ssm:k")
    assert request.retry is not None
    assert (request.retry.max_attempts, request.retry.max_age_minutes) == (2, 5)


def test_an_at_becomes_the_text_of_aws_with_its_seconds() -> None:
    assert entry("at: 2027-01-05T09:00").timing.expression == "at(2027-01-05T09:00:00)"
    assert entry('at: "2027-01-05T09:00:00"').timing.expression == "at(2027-01-05T09:00:00)"
