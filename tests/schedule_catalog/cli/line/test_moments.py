from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schedule_catalog.cli.line.moments import in_zone, since, span_text

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", "2026-11-23T07:30"),
        ("12h", "2026-11-22T21:00"),
        ("3 d", "2026-11-20T09:00"),
        ("1w", "2026-11-16T09:00"),
        ("2026-11-20T08:00", "2026-11-20T08:00"),
        ("2026-11-20T08:00+09:00", "2026-11-19T23:00"),
        ("99999w", "2022-01-01T00:00"),
        ("0001-01-01T00:00", "2022-01-01T00:00"),
    ],
)
def test_a_span_and_a_time_name_an_instant(text: str, moment: str) -> None:
    assert since(text)(NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_an_instant_is_shown_on_the_clocks_of_a_zone() -> None:
    assert in_zone(NOW, "Asia/Seoul") == "Mon 2026-11-23 18:00 KST"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (3 * 86400 + 3600, "3 d 1 h")],
)
def test_a_span_has_one_unit_or_two(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_seconds_are_shown_where_there_are_some_for_a_fire_is_named_by_its_very_time() -> None:
    late = NOW.replace(second=12)

    assert in_zone(late, "Asia/Seoul") == "Mon 2026-11-23 18:00:12 KST"
