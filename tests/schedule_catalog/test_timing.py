"""When entries fire, with everything that bounds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.catalog_texts import entry


def utc(day: int, hour: int = 0, minute: int = 0, month: int = 1) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def test_start_counts_and_end_does_not() -> None:
    bounded = entry(
        'cron: "0 9 * * ? *"\ntimezone: Asia/Seoul\nstart: 2027-01-02T09:00\nend: 2027-01-04T09:00',
    )

    assert list(bounded.timing.fires(utc(1), utc(31))) == [utc(2), utc(3)]


def test_the_question_bounds_what_the_entry_leaves_open() -> None:
    daily = entry('cron: "0 9 * * ? *"')

    assert list(daily.timing.fires(utc(1, 9), utc(2, 9))) == [utc(1, 9)]
    assert list(daily.timing.fires(utc(2), utc(1))) == []


def test_the_start_of_a_rate_is_where_its_intervals_count_from() -> None:
    anchored = entry("rate: 2 hours\nstart: 2027-01-01T00:30\ntimezone: UTC")

    assert list(anchored.timing.fires(utc(5, 3), utc(5, 7))) == [utc(5, 4, 30), utc(5, 6, 30)]
    assert list(anchored.timing.fires(utc(5, 3), utc(5, 7), anchor=utc(4))) == [utc(5, 4, 30), utc(5, 6, 30)]


def test_a_start_that_no_cron_keeps_counts_until_it_has_passed() -> None:
    free = entry("rate: 7 hours\nstart: 2027-01-05T00:30\ntimezone: UTC").timing

    assert list(free.fires(utc(5), utc(5, 9))) == [utc(5, 0, 30), utc(5, 7, 30)]
    assert list(free.fires(utc(6), utc(6, 9))) == [utc(6), utc(6, 7)]
    assert list(free.fires(utc(6), utc(6, 9), anchor=utc(5, 23))) == [utc(6, 6)]
    assert [free.counts_from_deployment(now) for now in (utc(5), utc(5, 0, 30), utc(6))] == [False, True, True]
    assert [free.count(since, since + timedelta(days=1)) for since in (utc(5), utc(6))] == [4, 4]


@pytest.mark.parametrize("now", [utc(1), utc(6)])
@pytest.mark.parametrize("rate", ["15 minutes", "8 hours", "1 day", "7 days", "7 hours"])
def test_what_is_sent_has_the_fires_that_every_view_shows(rate: str, now: datetime) -> None:
    text = f"rate: {rate}\nstart: 2027-01-05T02:40\nend: 2027-02-05T09:00\ntimezone: Asia/Kathmandu"
    timing = entry(text).timing
    sent = timing.sent()

    assert sent.kind == ("rate" if rate == "7 hours" else "cron")
    assert sent.begins(now) == timing.begins(now)
    assert list(sent.fires(now, utc(28, month=2))) == list(timing.fires(now, utc(28, month=2)))


def test_a_rate_without_a_start_is_sent_as_one() -> None:
    plain = entry("rate: 2 hours\nend: 2027-02-05T09:00\ntimezone: Asia/Seoul").timing

    assert plain.sent() == plain


def test_a_rate_without_a_start_counts_from_when_it_was_made() -> None:
    plain = entry("rate: 2 hours")

    assert list(plain.timing.fires(utc(5, 3), utc(5, 7), anchor=utc(5, 2))) == [utc(5, 4), utc(5, 6)]
    assert list(plain.timing.fires(utc(5, 3), utc(5, 7))) == [utc(5, 3), utc(5, 5)]


def test_a_disabled_entry_never_fires() -> None:
    assert list(entry("rate: 1 minute\nenabled: false").timing.fires(utc(1), utc(2))) == []


def test_a_one_time_entry_fires_once_in_its_zone() -> None:
    once = entry("at: 2027-01-05T09:00\ntimezone: Europe/Paris")

    assert list(once.timing.fires(utc(1), utc(31))) == [utc(5, 8)]


def test_an_hour_that_the_clocks_skip_is_skipped() -> None:
    nightly = entry('cron: "30 2 * * ? *"\ntimezone: Europe/Paris')

    assert list(nightly.timing.fires(utc(27, month=3), utc(30, month=3))) == [
        utc(27, 1, 30, month=3),
        utc(29, 0, 30, month=3),
    ]
