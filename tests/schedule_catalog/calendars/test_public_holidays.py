"""A calendar that `schedules new --calendar` writes is one that check takes, with the name of each day."""

from __future__ import annotations

import json
from contextlib import chdir
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schedule_catalog.calendars import calendars_under
from schedule_catalog.calendars.public_holidays import CountryError, public_holidays
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.main import main
from schedule_catalog.editing.calendar_text import calendar_text

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
OF_BOTH = {
    "-h",
    "--help",
    "--calendar",
    "--description",
    "--timezone",
    "--catalog",
    "--dry-run",
    "--format",
    "--settings",
}
OF_CALENDAR = ("--country", "--subdivision", "--years")
GIVEN = {
    "--header": "A: b",
    "--param": "a=b",
    "--form": "a=b",
    "--auth": "bearer:t",
    "--overlap": "skip",
    "--years": "2027",
    "--disabled": "",
}
ARGUMENTS = ("new", "--calendar", "kr", "--country", "KR", "--years", "2027-2028")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    with chdir(folder):
        return main(arguments, lambda: NOW)


def test_the_file_has_each_day_with_its_name(folder: Path) -> None:
    assert run(folder, *ARGUMENTS, "--timezone", "Asia/Seoul") == 0

    found = calendars_under(folder / "calendars", NOW)
    assert found.known is not None
    assert found.problems == ()
    calendar = found.known["kr"]
    assert calendar.timezone == "Asia/Seoul"
    named = [(each.first.date(), each.reason) for each in calendar.periods]
    assert named == list(public_holidays("KR", None, (2027, 2028)))
    assert (date(2027, 2, 7), "Korean New Year") in named


def test_an_existing_calendar_is_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, *ARGUMENTS)
    before = (folder / "calendars/kr.yaml").read_bytes()

    assert run(folder, *ARGUMENTS[:-1], "2029") == 2

    assert f'"{Path("calendars", "kr.yaml")}" exists' in capsys.readouterr().err
    assert (folder / "calendars/kr.yaml").read_bytes() == before


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *ARGUMENTS, "--dry-run") == 0

    assert "+  - {from: 2027-01-01, to: 2027-01-01, reason: New Year's Day}" in capsys.readouterr().out
    assert not (folder / "calendars").exists()


def test_a_program_reads_what_was_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, *ARGUMENTS, "--format", "json")

    document = json.loads(capsys.readouterr().out)
    assert (document["kind"], document["name"], document["written"]) == ("new", "kr", True)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("new",), "no name"),
        (("new", "--calendar", "kr"), "no days"),
        (("new", "kr", "--calendar", "kr", "--country", "KR", "--years", "2027"), "exclude each other"),
        (("new", "--calendar", "K R", "--country", "KR", "--years", "2027"), "cannot be the name"),
        (("new", "--calendar", "kr", "--country", "XX", "--years", "2027"), 'the country "XX"'),
        (("new", "--calendar", "de", "--country", "DE", "--subdivision", "XX", "--years", "2027"), 'subdivision "XX"'),
    ],
)
def test_what_cannot_be_is_told(
    folder: Path, arguments: tuple[str, ...], advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *arguments) == 2
    assert advice in capsys.readouterr().err


@pytest.mark.parametrize("option", sorted({*parser(["new"]).below()["new"].options()} - OF_BOTH))
def test_an_option_of_a_schedule_is_refused_for_a_calendar_and_one_of_a_calendar_for_a_schedule(
    folder: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = GIVEN.get(option, "1")
    of_calendar = option in OF_CALENDAR
    line = ("new", "fresh", "--rate", "1 hour", "--url", "https://a.b/c", "--owner", "a") if of_calendar else ARGUMENTS

    assert run(folder, *line, option, *([value] if value else [])) == 2
    assert capsys.readouterr().err.endswith(f": remove {option}\n")
    assert not [path for path in folder.rglob("*.yaml") if path.parent.name in ("calendars", "schedules")]


def test_each_option_that_a_calendar_does_not_take_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *ARGUMENTS, "--url", "https://a.b/c", "--rate", "1 hour") == 2
    said = "schedules new: --calendar writes days, not a schedule: remove --rate, --url\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("years", ["27", "2027-2026", "2027-2060", "soon"])
def test_years_are_a_span(folder: Path, years: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(folder, *ARGUMENTS[:-1], years)
    assert "is not a span" in capsys.readouterr().err


def test_any_name_of_a_day_is_read_as_it_was_written(tmp_path: Path) -> None:
    names = ["Año: 'nuevo' #1", "yes", "a, b} ]", "설날", "\u202e", "x" * 300]
    days = [(date(2027, 1, day), name) for day, name in enumerate(names, 1)]
    (tmp_path / "c.yaml").write_bytes(calendar_text("d: e", None, days))

    found = calendars_under(tmp_path, NOW)

    assert found.known is not None
    assert [each.reason for each in found.known["c"].periods] == [name[:200] for name in names]


def test_an_unknown_country_is_an_error() -> None:
    with pytest.raises(CountryError, match="ISO 3166"):
        public_holidays("kr", None, (2027,))
