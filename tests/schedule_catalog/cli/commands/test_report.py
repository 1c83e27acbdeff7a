"""`schedules report`, as a user runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.main import main
from tests.schedule_catalog.git_repository import git

NOW = datetime(2026, 11, 22, 21, 30, 40, tzinfo=UTC)
CATALOG = """\
owner: team
schedules:
  nightly: {cron: "30 2 * * ? *", request: {service: callback, path: /p}}
  by-stack:
    rate: 1 hour
    stacks: {prod: {cron: "0 9 * * ? *"}, dev: {}, test: {}}
    request: {service: callback, path: /p}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "a.yaml").write_text(CATALOG)
    with chdir(tmp_path):
        yield tmp_path


def run(*arguments: str) -> int:
    return main(["report", *arguments], clock=lambda: NOW)


def data(text: str) -> dict[str, Any]:
    (found,) = re.findall(r'id="data">(.*?)</script>', text)
    return json.loads(found)


def test_the_page_is_written_where_it_is_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", "page.html") == 0

    assert re.fullmatch(r"page\.html: 2 schedules, \d\.\d MB\n", capsys.readouterr().out)
    assert [row["name"] for row in data((here / "page.html").read_text())["rows"]] == [
        "nightly",
        "by-stack",
        "by-stack",
    ]


def test_stacks_that_get_the_same_are_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", "-")

    rows = data(capsys.readouterr().out)["rows"]
    assert [row.get("stacks") for row in rows] == [None, ["dev", "test"], ["prod"]]


def test_the_page_counts_as_check_does_also_with_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "b.yaml").write_text(
        "owner: b\nschedules:\n  wrong: {rate: 1 minutes, request: {service: callback, path: /p}}\n"
    )
    main(["check"], clock=lambda: NOW)
    checked = capsys.readouterr().out

    run("--out", "-")
    assert f"{data(capsys.readouterr().out)['schedules']} schedules in 2 files" in checked


def test_project_commit_edits_and_time_are_on_the_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", "-")
    found = data(capsys.readouterr().out)
    assert (found["project"], found["commit"]) == (None, None)

    (here / "Pulumi.yaml").write_text("name: shop\n")
    git(here, "init", "-q")
    git(here, "add", ".")
    git(here, "commit", "-qm", "first")
    commit = git(here, "rev-parse", "HEAD")
    run("--out", "-")
    found = data(capsys.readouterr().out)
    assert (found["project"], found["commit"], found["edited"]) == ("shop", commit, False)
    assert found["written"] * 60 == NOW.replace(second=0).timestamp()

    (here / "schedules" / "new.yaml").write_text("owner: b\nschedules: {}\n")
    run("--out", "-")
    assert data(capsys.readouterr().out)["edited"] is True


def test_one_stack_has_a_page_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", "-", "--stack", "prod")

    shown = capsys.readouterr().out
    assert "<title>Schedules of prod</title>" in shown
    assert [row["expression"] for row in data(shown)["rows"]] == ["cron(30 2 * * ? *)", "cron(0 9 * * ? *)"]


def test_the_week_starts_now_or_when_it_is_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", "-")
    assert data(capsys.readouterr().out)["from"] * 60 == NOW.replace(second=0).timestamp()

    run("--out", "-", "--from", "2027-01-01T00:00+01:00")
    assert data(capsys.readouterr().out)["from"] * 60 == datetime(2026, 12, 31, 23, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("start", ["1969-12-31", "2200-01-01", "9999-12-31"])
def test_a_week_without_schedules_is_refused(start: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("--from", start)

    assert f'--from: "{start}" is outside the years 1970-2199' in capsys.readouterr().err


def test_a_schedule_with_an_error_is_left_out_and_that_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "b.yaml").write_text(
        "owner: b\nschedules:\n  wrong: {rate: 1 minutes, request: {service: callback, path: /p}}\n"
    )

    assert run("--out", "page.html") == 0
    assert 'the catalog has 1 error; entries with errors are omitted: run "schedules check"' in capsys.readouterr().err


def test_a_schedule_that_is_left_out_is_not_counted_as_on_the_page(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "{rate: 1 minutes, request: {service: callback, path: /p}}"
    (here / "schedules" / "b.yaml").write_text(f"owner: b\nschedules:\n  one: {wrong}\n  two: {wrong}\n")

    run("--out", "page.html")
    assert re.fullmatch(r"page\.html: 2 schedules, 2 with errors omitted, \d\.\d MB\n", capsys.readouterr().out)
    run("--out", "page.html", "--format", "json")
    assert json.loads(capsys.readouterr().out)["schedules"] == 2


def test_the_schedules_of_other_stacks_are_not_counted_for_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = "{service: callback, path: /p}"
    schedules = f"  elsewhere: {{rate: 1 hour, stacks: [dev], request: {request}}}\n  wrong: {{rate: 1}}\n"
    (here / "schedules" / "b.yaml").write_text(f"owner: b\nschedules:\n{schedules}")

    run("--out", "page.html", "--stack", "prod")
    assert re.fullmatch(r"page\.html: 2 schedules, \d\.\d MB\n", capsys.readouterr().out)


def test_a_place_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", "missing/page.html") == 2

    assert "cannot be written" in capsys.readouterr().err
