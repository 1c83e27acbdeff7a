"""`schedules next`, as a user runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.main import main
from schedule_catalog.expressions import IANA_VERSION
from tests.schedule_catalog.cli.documents import document

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
CATALOG = """\
owner: team
schedules:
  nightly:
    cron: "30 2 * * ? *"
    timezone: Europe/Paris
    request: {service: callback, path: /p}
  by-stack:
    rate: 1 hour
    stacks: {prod: {cron: "0 9 * * ? *", timezone: Asia/Seoul}, dev: {}, test: {}}
    request: {service: callback, path: /p}
  off: {rate: 1 day, enabled: false, request: {service: callback, path: /p}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "a.yaml").write_text(CATALOG)
    with chdir(tmp_path):
        yield tmp_path


def run(*arguments: str) -> int:
    return main(["next", *arguments], clock=lambda: NOW)


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run(*arguments, "--format", "json") == 0
    return document(capsys.readouterr().out)["schedules"]


def test_fires_are_shown_in_local_time_and_utc_with_the_changes_of_the_clocks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("nightly", "--from", "2027-03-27", "--count", "2")

    assert capsys.readouterr().out == (
        "nightly  cron(30 2 * * ? *)  Europe/Paris\n"
        "  local time                 UTC\n"
        "  Sat 2027-03-27 02:30 CET   Sat 2027-03-27 01:30 UTC\n"
        "  Mon 2027-03-29 02:30 CEST  Mon 2027-03-29 00:30 UTC  <- clocks went forward on 2027-03-28, 02:00 to 03:00\n"
        "\n"
        f"from 2027-03-27 00:00 UTC, time zones of IANA {IANA_VERSION}\n"
    )


def test_an_expression_needs_no_catalog(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "a.yaml").unlink()
    (found,) = rows(capsys, "--expression", "cron(0 9 ? * MON *)", "--timezone", "Asia/Seoul", "--count", "1")

    assert found["fires"] == [
        {"utc": "2026-11-23T00:00:00Z", "local": "2026-11-23T09:00:00+09:00", "abbreviation": "KST", "mark": None}
    ]


def test_the_clocks_going_back_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = rows(capsys, "nightly", "--from", "2027-10-31T00:00+02:00", "--count", "2")

    assert [fire["utc"] for fire in found["fires"]] == ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]
    assert found["fires"][1]["mark"] == "clocks went back on 2027-10-31, 03:00 to 02:00"


def test_stacks_that_fire_alike_are_shown_together(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "by-stack", "--count", "1")

    assert [each["stacks"] for each in found] == [["dev", "test"], ["prod"]]
    assert [each["expression"] for each in found] == ["rate(1 hour)", "cron(0 9 * * ? *)"]


def test_one_stack_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert [each["stacks"] for each in rows(capsys, "by-stack", "--stack", "prod")] == [["prod"]]


def test_without_names_everything_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert [each["name"] for each in rows(capsys)] == ["nightly", "by-stack", "by-stack", "off"]


def test_a_disabled_schedule_has_no_fires_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    run("off")

    assert "off  rate(1 day)  UTC  (disabled; as if deployed at" not in (shown := capsys.readouterr().out)
    assert "off  rate(1 day)  UTC  (disabled)\n  no future fire\n" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nihgtly"], 'there is no schedule "nihgtly": did you mean "nightly"?'),
        (["--expression", "cron(0 9 * * *)"], "five fields"),
        (["--expression", "cron(0 9 32 * ? *)"], 'column 10: "32" is not allowed'),
        (["--expression", "0 9 32 * ? *"], 'column 5: "32" is not allowed'),
        (["--expression", " 0 9 * * ? *"], "column 1: spaces at the start or the end are not allowed"),
        (["--expression", "rate(1 hour)", "--timezone", "Asia/Soul"], "Asia/Seoul"),
        (["--expression", "rate(1 hour)", "nightly"], "--expression cannot be combined"),
        (["--expression", "rate(1 hour)", "--timezone", ""], '"" is not a time zone'),
        (["--timezone", ""], "--timezone is only for --expression"),
        (["--timezone", "UTC"], "--timezone is only for --expression"),
        (["--catalog", "nowhere"], 'no file or folder "nowhere"'),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(*arguments) == 2
    assert message in (said := capsys.readouterr().err)
    assert said.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--from", "soon"], ["--count", "0"], ["--count", "-1"], ["--count", "9999"]])
def test_numbers_and_times_are_checked(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)

    assert stopped.value.code == 2


def test_a_schedule_with_an_error_is_told_of_and_the_others_are_shown(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "schedules" / "b.yaml").write_text(CATALOG.replace("30 2 * * ?", "30 2 * * *"))

    assert run("off") == 0
    captured = capsys.readouterr()
    assert "schedules check" in captured.err
    assert "off" in captured.out


def test_within_shows_the_fires_of_all_schedules_in_order_of_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schedules" / "a.yaml").write_text(
        "owner: team\ndefaults: {service: callback}\nschedules:\n"
        '  later: {cron: "20 9 * * ? *", request: {path: /later}}\n'
        '  sooner: {cron: "0/15 9 * * ? *", timezone: Asia/Seoul, request: {path: /sooner}}\n'
    )
    line = ["next", "--from", "2027-01-05T00:00Z"]

    assert main([*line, "--within", "40m"]) == 0
    rows = [re.split(" {2,}", text) for text in capsys.readouterr().out.splitlines()[1:-1]]
    assert [(row[0][-9:], row[1]) for row in rows] == [
        ("00:00 UTC", "sooner"),
        ("00:15 UTC", "sooner"),
        ("00:30 UTC", "sooner"),
    ]
    assert main([*line, "--within", "10h"]) == 0
    assert "09:20 UTC  later" in capsys.readouterr().out
    assert main([*line, "--within", "10m", "later"]) == 0
    assert capsys.readouterr().out.startswith("no schedule fires in this period\n")


@pytest.mark.parametrize("count", ["3", "5"])
def test_a_count_is_refused_where_all_fires_are_shown(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["next", "--within", "2h", "--count", count])
    assert "--count and --within cannot be given together" in capsys.readouterr().err


@pytest.mark.parametrize("line", [[], ["--within", "2h"]])
def test_a_time_zone_is_refused_for_schedules_which_have_their_own(
    here: Path, line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*line, "--timezone", "Asia/Seoul") == 2
    assert "--timezone is only for --expression" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["2", "8d", "0h", "-1h", "tomorrow"])
def test_a_span_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["next", f"--within={text}"])
    assert "write 90m, 12h or 3d" in capsys.readouterr().err


def test_fires_left_out_are_counted_from_the_start_of_a_rate(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "calendars").mkdir()
    (here / "calendars" / "morning.yaml").write_text(
        "description: x\ntimezone: UTC\ndates: [{from: 2026-11-23T00:00, to: 2026-11-23T00:20, reason: stock}]\n"
    )
    (here / "schedules" / "a.yaml").write_text(
        "owner: team\nschedules:\n  poll: {rate: 7 minutes, start: 2026-11-23T00:03, timezone: UTC, "
        "not_on: [morning], request: {service: callback, path: /p}}\n"
    )

    assert run("poll", "--count", "1") == 0

    # Of 00:03, 00:10, 00:17 and 00:24, three are left out; counted from 21:00, as the command ran, two would be.
    assert "after 3 fires left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        ["--within", "7d", "--from", "9999-12-31T00:00Z"],
        ["--expression", "0 9 * * ? *", "--timezone", "Asia/Seoul", "--from", "9999-12-31T23:00Z"],
        ["--expression", "0 9 * * ? *", "--timezone", "America/New_York", "--from", "0001-01-01"],
    ],
)
def test_a_time_that_no_schedule_can_have_is_refused(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["next", *line])
    assert "is outside the years 1970-2199" in capsys.readouterr().err
