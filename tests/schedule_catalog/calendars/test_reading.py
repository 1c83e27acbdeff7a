"""A file of the calendars' folder, and what is said of a wrong one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.calendars import Calendars, Period, calendars_of, calendars_under
from schedule_catalog.document import parse_document
from schedule_catalog.settings import parse_settings
from schedule_client.contract.times import read_time
from tests.catalog_texts import calendars, checked, entry

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
HEAD = "description: Holidays\n"


def read(text: str, name: str = "de") -> Calendars:
    return calendars_of([parse_document(text.encode(), f"calendars/{name}.yaml")], NOW)


def said(text: str, name: str = "de") -> list[str]:
    return [str(problem) for problem in read(text, name).problems]


def test_a_day_is_all_of_it_and_so_is_the_last_of_several() -> None:
    found = calendars(de=HEAD + "dates:\n  - 2026-12-25\n  - {from: 2026-12-24, to: 2026-12-26, reason: Christmas}\n")

    assert found.known is not None
    assert found.known["de"].periods == (
        Period(read_time("2026-12-24"), read_time("2026-12-27"), "Christmas"),
        Period(read_time("2026-12-25"), read_time("2026-12-26")),
    )


def test_a_local_time_is_the_first_that_is_left_out_or_counts_again() -> None:
    found = calendars(de=HEAD + "dates: [{from: 2026-12-24T18:00, to: 2026-12-27T06:00, reason: Christmas}]\n")

    assert found.known is not None
    (period,) = found.known["de"].periods
    assert (period.first, period.until) == (read_time("2026-12-24T18:00"), read_time("2026-12-27T06:00"))


NOT_A_DATE = "is not a day, such as 2027-01-01, or a local time, such as 2027-01-01T18:00"
MISTAKES = {
    "": '1:1: error: a calendar is a mapping with "description" and "dates", and this file is empty [schema]',
    HEAD: '1:1: error: "dates" is missing: write dates: and a list of days, such as 2027-01-01 [missing-key]',
    HEAD + "dates: []": '2:8: error: "dates" is empty: write dates: and a list of days, such as 2027-01-01 [schema]',
    HEAD + "dates: [2027-01-02T09:00]": (
        '2:9: error: "2027-01-02T09:00" is not a day: write "2027-01-02", or '
        "{from: 2027-01-02T09:00, to: …, reason: …} [calendar]"
    ),
    HEAD + "dates: [2027-02-30]": '2:9: error: "2027-02-30" is not a day of the calendar [calendar]',
    HEAD + "dates: [tomorrow]": f'2:9: error: "tomorrow" {NOT_A_DATE} [calendar]',
    HEAD + "dates: [{from: 2027-01-02, to: 2027-01-01, reason: x}]": (
        '2:32: error: "to" is "2027-01-01", which is before "from", "2027-01-02" [calendar]'
    ),
    HEAD + "dates: [{from: 2027-01-02T09:00, to: 2027-01-02T09:00, reason: x}]": (
        '2:38: error: "to" is "2027-01-02T09:00", which is not after "from", "2027-01-02T09:00" [calendar]'
    ),
    HEAD + "dates: [{from: 2027-01-02, to: 2027-01-03}]": (
        '2:9: error: "reason" is missing in item 1 of "dates": write why [missing-key]'
    ),
    HEAD + "timezone: Asia/Soul\ndates: [2027-01-01]": "2:11: error: ",
    HEAD + "zone: UTC\ndates: [2027-01-01]": '2:1: error: unknown key "zone"',
    HEAD + "dates: [2026-11-19]": (
        "2:1: warning: all its dates have passed: add dates to come, or remove the file and the names of it [calendar]"
    ),
}


@pytest.mark.parametrize(("text", "problem"), MISTAKES.items())
def test_a_mistake_is_told_where_it_is(text: str, problem: str) -> None:
    found = said(text)

    assert len(found) == 1
    assert problem in found[0]


def test_a_file_has_the_name_of_its_calendar() -> None:
    (found,) = said(HEAD + "dates: [2027-01-01]", "Public Holidays")

    assert '"Public Holidays" cannot be the name of a calendar' in found


def test_a_folder_that_is_not_there_has_no_calendar(tmp_path: Path) -> None:
    assert calendars_under(tmp_path / "calendars", NOW).known == {}


CLOSING = "description: Closing\ntimezone: UTC\ndates: [{from: 2026-12-24, to: 2027-01-02, reason: books are closed}]"
STACKS = {name: parse_settings(name, {"freezes": names}) for name, names in (("prod", ["closing"]), ("dev", []))}
ENTRY = "owner: a\nschedules:\n  b: {%s, request: {service: callback, path: /p}}\n"


def test_in_a_freeze_no_recurring_entry_of_the_stack_fires() -> None:
    frozen = checked(ENTRY % 'cron: "0 9 * * ? *"', calendars=calendars(closing=CLOSING), settings=STACKS)
    counts = {
        each.stack: each.timing.count(datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 10, tzinfo=UTC))
        for each in frozen.entries
    }

    assert counts == {"prod": 21 - 10, "dev": 21}


def test_an_entry_that_says_why_fires_in_freezes() -> None:
    text = ENTRY % 'cron: "0 9 * * ? *", fires_in_freezes: payments are taken on every day'
    (one,) = checked(text, calendars=calendars(closing=CLOSING), settings=STACKS).entries

    assert (one.stack, one.timing.freezes, one.event["fires_in_freezes"]) == (None, (), True)


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [("", True), (", fires_in_freezes: launch is on New Year", False), (", stacks: [dev]", False)],
)
def test_a_one_time_entry_inside_a_freeze_is_an_error(keys: str, wrong: bool) -> None:
    found = checked(ENTRY % f"at: 2027-01-01T09:00{keys}", calendars=calendars(closing=CLOSING), settings=STACKS)
    expected = [
        (
            '1.yaml:3:11: error: "2027-01-01T09:00" is inside the freeze "closing" (books are closed) of "prod": write '
            'another time, or why it is called all the same as "fires_in_freezes" [left-out]'
        )
    ]

    assert [str(each) for each in found.problems] == (expected if wrong else [])


def test_a_freeze_states_its_timezone() -> None:
    found = checked(
        ENTRY % "rate: 1 hour", calendars=calendars(closing=CLOSING.replace("timezone: UTC\n", "")), settings=STACKS
    )

    assert [str(each) for each in found.problems] == [
        (
            'calendars/closing.yaml:1:1: error: "prod" freezes in this calendar, which has no "timezone": state one, '
            'such as "UTC" [freeze]'
        )
    ]


def test_a_freeze_is_a_calendar_that_is_there() -> None:
    found = checked(ENTRY % "rate: 1 hour", calendars=calendars(closings=CLOSING), settings=STACKS)

    assert [str(each) for each in found.problems] == [
        (
            'calendars/closing.yaml:1:1: error: "prod" freezes in this calendar, and there is no such file: did you '
            'mean "closings"? [freeze]'
        )
    ]


def test_days_of_a_calendar_without_a_zone_are_those_of_each_entry() -> None:
    known = calendars(days=HEAD + "dates: [2026-12-25]")
    seoul, utc = (
        entry(f'cron: "0 * * * ? *"\nnot_on: [days]{zone}', calendars=known) for zone in ("\ntimezone: Asia/Seoul", "")
    )

    assert [each.name for one in (seoul, utc) for each in one.timing.not_on] == ["days@Asia/Seoul", "days@UTC"]
    assert not seoul.timing.counts(datetime(2026, 12, 24, 15, tzinfo=UTC))
    assert utc.timing.counts(datetime(2026, 12, 24, 15, tzinfo=UTC))
    assert seoul.event["not_on"] == ["days@Asia/Seoul"]


def test_an_entry_that_is_paused_for_ever_is_in_no_pile_up() -> None:
    lines = "".join(
        f'  e{number}: {{cron: "0 9 * * ? *"{pause}, request: {{service: callback, path: /p}}}}\n'
        for number in range(150)
        for pause in [", pause: {until: 2099-01-01T00:00, reason: not sold there}" if number < 60 else ""]
    )
    found = checked(f"owner: a\nschedules:\n{lines}", settings={"prod": parse_settings("prod", {})})

    assert found.problems == ()
    assert not any(list(each.timing.fires(NOW, NOW.replace(year=2030))) for each in found.entries[:60])


def test_a_pause_of_a_cron_is_its_start_and_one_of_a_rate_is_in_its_event() -> None:
    pause = "pause: {until: 2027-01-10T00:00, reason: migration}\ntimezone: Asia/Seoul"
    cron, rate = entry(f'cron: "0 9 * * ? *"\n{pause}'), entry(f"rate: 1 hour\n{pause}")

    assert cron.timing.sent().starts == datetime(2027, 1, 9, 15, tzinfo=UTC)
    assert "pause" not in cron.event
    assert rate.timing.sent().starts is None
    assert rate.event["pause"] == {"until": "2027-01-09T15:00:00Z", "reason": "migration"}
