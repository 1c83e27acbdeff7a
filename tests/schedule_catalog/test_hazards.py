"""What the changes of the clocks do to schedules, against the fires themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.expressions import changes, count_fires, fires, parse, zone
from schedule_catalog.hazards import HORIZON, expression_hazards, hazards
from tests.catalog_texts import NOW, entry
from tests.properties import examples
from tests.schedule_catalog.expressions import texts

ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
)


def test_a_gap_and_a_repeat_are_told_with_their_local_time_and_instant() -> None:
    found = hazards(entry('cron: "30 2 * * ? *"\ntimezone: Europe/Paris').timing, NOW)

    assert [(each.kind, str(each.local), str(each.instant)) for each in found[:2]] == [
        ("gap", "2027-03-28 02:30:00", "2027-03-28 01:00:00+00:00"),
        ("repeat", "2027-10-31 02:30:00", "2027-10-31 00:30:00+00:00"),
    ]
    assert len(found) == 4
    assert found[0].text == "does not fire on 2027-03-28 at 02:30 in Europe/Paris, a time that the clocks skip"


def test_a_schedule_beside_the_change_has_no_hazard() -> None:
    assert hazards(entry('cron: "0 3 * * ? *"\ntimezone: Europe/Paris').timing, NOW) == ()
    assert hazards(entry('cron: "30 2 ? * MON-SAT *"\ntimezone: Europe/Paris').timing, NOW) == ()


def test_what_fires_24_times_a_day_a_rate_utc_and_a_disabled_schedule_have_none() -> None:
    for text in (
        'cron: "0 * * * ? *"\ntimezone: Europe/Paris',
        "rate: 2 hours",
        'cron: "30 2 * * ? *"',
        'cron: "30 2 * * ? *"\ntimezone: Europe/Paris\nenabled: false',
    ):
        assert hazards(entry(text).timing, NOW) == ()


def test_only_hazards_within_the_period_count() -> None:
    text = 'cron: "30 2 * * ? *"\ntimezone: Europe/Paris\nstart: 2027-06-01T00:00\nend: 2028-01-01T00:00'

    assert [each.kind for each in hazards(entry(text).timing, NOW)] == ["repeat"]


@examples(150)
@given(texts.dense, st.sampled_from(ZONES))
def test_hazards_are_those_of_walking_every_local_minute_of_each_change(fields: str, timezone: str) -> None:
    cron = parse(f"cron({fields})")
    found = {(each.kind, each.local) for each in expression_hazards(cron, timezone, NOW)}
    times = len(list(fires(f"cron({' '.join(fields.split()[:2])} * * ? *)", "UTC", NOW, NOW + timedelta(days=1))))
    expected = set[tuple[str, datetime]]()
    for instant, before, after in changes(timezone, NOW, NOW + HORIZON) if times < 24 else ():
        since, until = sorted(each.replace(tzinfo=None) for each in (instant + before, instant + after))
        walls = list(fires(cron, "UTC", since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)))
        expected.update(("gap" if after > before else "repeat", wall.replace(tzinfo=None)) for wall in walls[:1])

    assert found == expected


@examples(150)
@given(texts.dense, st.sampled_from(ZONES))
def test_a_day_of_a_gap_has_fewer_fires_than_the_same_day_in_utc_and_a_day_of_a_repeat_as_many(
    fields: str, timezone: str
) -> None:
    cron = parse(f"cron({fields})")
    for hazard in expression_hazards(cron, timezone, NOW):
        midnight = hazard.local.replace(hour=0, minute=0)
        wanted = set(fires(cron, "UTC", midnight.replace(tzinfo=UTC), midnight.replace(tzinfo=UTC) + timedelta(days=1)))
        around = fires(cron, timezone, hazard.instant - timedelta(days=2), hazard.instant + timedelta(days=2))
        real = {each for each in (_local(fire, timezone) for fire in around) if each in wanted}
        assert (hazard.local.replace(tzinfo=UTC) in real) == (hazard.kind == "repeat")


def _local(fire: datetime, timezone: str) -> datetime:
    return fire.astimezone(zone(timezone)).replace(tzinfo=UTC)


@examples(200)
@given(texts.dense, st.sampled_from(ZONES), st.integers(0, 600_000), st.integers(0, 90_000))
def test_counted_fires_are_as_many_as_the_fires(fields: str, timezone: str, since: int, minutes: int) -> None:
    start = NOW + timedelta(minutes=since)
    end = start + timedelta(minutes=minutes, seconds=30)

    assert count_fires(f"cron({fields})", timezone, start, end) == len(
        list(fires(f"cron({fields})", timezone, start, end))
    )


@given(st.integers(2, 5000), st.integers(0, 9000), st.integers(-9000, 9000))
def test_a_rate_is_counted_from_its_anchor(interval: int, minutes: int, anchor: int) -> None:
    question = (
        f"rate({interval} minutes)",
        "UTC",
        NOW,
        NOW + timedelta(minutes=minutes),
        NOW + timedelta(minutes=anchor),
    )

    assert count_fires(*question) == len(list(fires(*question)))
