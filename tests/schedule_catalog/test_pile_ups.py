"""Crowded minutes, against counting every fire of a year."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.minutes_of_day import YEAR
from schedule_catalog.pile_ups import pile_ups
from tests.catalog_texts import NOW, entry
from tests.properties import examples

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

TIMES = ("0 9", "0 8,9", "0/30 9", "0 1,2,7", "0 18", "30 2")
DAYS = ("* * ?", "1 * ?", "? * MON", "? 3,10 SUN", "29 2 ?", "L * ?")
ZONES = ("UTC", "Europe/Paris", "Asia/Seoul", "America/New_York")


@st.composite
def timings(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 9))
    zone = f"timezone: {draw(st.sampled_from(ZONES))}\n"
    if kind == 0:
        return zone + draw(st.sampled_from(("at: 2027-01-05T09:00", "at: 2027-01-01T09:00", "at: 2030-01-05T09:00")))
    if kind == 1:
        return (
            f"{zone}start: 2027-01-04T0{draw(st.integers(7, 9))}:00\nrate: {draw(st.sampled_from((8, 24, 36)))} hours"
        )
    days = draw(st.sampled_from(DAYS))
    bounds = draw(st.sampled_from(("", "", "start: 2027-03-02T09:00\n", "end: 2027-03-02T09:00\n")))
    return f'{zone}{bounds}cron: "{draw(st.sampled_from(TIMES))} {days} *"'


def counted(entries: list[Entry]) -> Counter[datetime]:
    """Calls by the minute; a rate that no cron stands for may count from a later deployment, so nobody knows its."""
    known = [each.timing for each in entries if not each.timing.free_interval]
    return Counter(fire for timing in known for fire in timing.fires(NOW, NOW + YEAR))


@examples(40)
@given(st.lists(timings(), min_size=2, max_size=8), st.integers(1, 3))
def test_pile_ups_are_found_when_and_only_when_a_minute_of_the_year_has_too_many_fires(
    texts: list[str], most: int
) -> None:
    entries = [entry(text) for text in texts]
    calls = counted(entries)

    found = pile_ups(entries, most, NOW)

    assert bool(found) == any(count > most for count in calls.values())
    for each in found:
        assert len(each.entries) == calls[each.instant] > most
        clock = each.instant.time()
        assert each.instant <= min(when for when, count in calls.items() if count > most and when.time() == clock)
        assert all(list(one.timing.fires(each.instant, each.instant.replace(second=1))) for one in each.entries)


def test_what_has_a_window_is_disabled_or_starts_with_its_deployment_does_not_count() -> None:
    text = 'cron: "0 9 * * ? *"\n'
    quiet = [entry(text + "flexible_window_minutes: 5"), entry(text + "enabled: false"), *[entry("rate: 1 minute")] * 3]

    assert pile_ups([entry(text), *quiet], 1, NOW) == []
    assert len(pile_ups([entry(text), entry(text), *quiet], 1, NOW)) == 1


def test_minutes_that_the_same_schedules_fill_are_told_once() -> None:
    assert len(pile_ups([entry('cron: "* * * * ? *"')] * 3, 2, NOW)) == 1


def test_the_first_minute_that_the_same_schedules_fill_is_named_whatever_the_hour() -> None:
    every = [entry('cron: "30 8,10,23 * * ? *"')] * 3
    first = next(iter(every[0].timing.fires(NOW, NOW + YEAR)))

    assert [each.instant for each in pile_ups(every, 2, NOW)] == [first]
