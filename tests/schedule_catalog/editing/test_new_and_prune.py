"""Entries come and go; everything else in a file stays byte for byte."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.main import main
from schedule_catalog.document import parse_document
from schedule_catalog.editing import StorageError, create_file, replace_file
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.insertion import inserted
from schedule_catalog.editing.removal import removed

NOW = datetime(2027, 6, 1, tzinfo=UTC)
VALUES = {"rate": "5 minutes", "request": {"url": "https://a.example.com/x"}}
ADDED = "new:\n{0}rate: 5 minutes\n{0}request:\n{1}url: https://a.example.com/x\n"
FILE = """\
# Ours.
owner: a   # me
schedules:
  # -- campaigns --

  # Starts it.
  # In winter.
  launch:   # once
    at: 2027-01-05T09:00
    request: {url: "https://a.example.com/launch"}
    # was 08:00

  # Every hour.
  hourly:
      rate: 1 hour
      request:
          url: "https://a.example.com/'h"
"""


def run(folder: Path, *arguments: str) -> int:
    old = Path.cwd()
    os.chdir(folder)
    try:
        return main(arguments, lambda: NOW)
    finally:
        os.chdir(old)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "a.yaml").write_text(FILE)
    return tmp_path


def edited(text: str) -> str:
    return inserted(parse_document(text.encode(), "a.yaml"), "new", VALUES).decode()


def pruned(text: str, *names: str) -> str:
    return removed(parse_document(text.encode(), "a.yaml"), [("schedules", name) for name in names]).decode()


def test_a_new_entry_stands_below_the_last_one_in_its_indentation() -> None:
    assert edited(FILE) == FILE + "\n  " + ADDED.format(" " * 6, " " * 10)


def test_a_new_entry_stands_before_what_follows_the_schedules() -> None:
    head = "schedules:\n  x:\n    rate: 1 hour\n    request: {url: https://a.b/c}\n"
    foot = "# end\nowner: a\n"

    assert edited(head + foot) == f"{head}\n  {ADDED.format('    ', '      ')}{foot}"


def test_the_first_entry_takes_the_place_of_the_empty_braces() -> None:
    assert edited("owner: a\nschedules: {}  # none\n") == "owner: a\nschedules:  # none\n  " + ADDED.format(
        "    ", "      "
    )


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")

    assert edited(text) == text + ("\n  " + ADDED.format(" " * 6, " " * 10)).replace("\n", "\r\n")


def test_a_file_that_ends_without_a_line_end_gets_one() -> None:
    assert edited(FILE.rstrip("\n")).startswith(FILE)


@pytest.mark.parametrize("schedules", ["{x: {rate: 1 hour, request: {url: https://a.b}}}", "[1]", "text"])
def test_schedules_that_are_not_on_lines_of_their_own_are_left_alone(schedules: str) -> None:
    with pytest.raises(EditError):
        edited(f"owner: a\nschedules: {schedules}\n")


@pytest.mark.parametrize("text", ["{owner: a, schedules: {}}\n", '{"owner": "a",\n "schedules": {"x": {}}}\n'])
def test_a_file_in_braces_is_not_said_to_lack_what_it_has(text: str) -> None:
    with pytest.raises(EditError, match=r'^"a\.yaml" has its keys in braces: put each on separate lines$'):
        edited(text)


def test_an_entry_goes_with_the_comments_that_belong_to_it() -> None:
    before, rest = FILE.split("  # Starts it.")
    _, after = rest.split("  # Every hour.")

    assert pruned(FILE, "launch") == f"{before}  # Every hour.{after}"


def test_the_last_entry_goes_with_the_blank_line_before_it() -> None:
    assert pruned(FILE, "hourly") == FILE.split("\n  # Every hour.")[0]


def test_a_file_without_entries_keeps_its_head() -> None:
    assert pruned(FILE, "launch", "hourly") == "# Ours.\nowner: a   # me\nschedules: {}\n  # -- campaigns --\n"


def test_prune_removes_what_is_over_and_says_so(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(catalog, "prune") == 0
    out = capsys.readouterr().out

    assert out == 'schedules/a.yaml: removed "launch": it was due at 2027-01-05T09:00 UTC\n'
    assert (catalog / "schedules/a.yaml").read_text() == pruned(FILE, "launch")
    assert run(catalog, "prune") == 0
    assert capsys.readouterr().out == "no schedule is finished\n"


def test_prune_leaves_what_is_over_in_one_stack_alone(catalog: Path) -> None:
    text = FILE.replace("rate: 1 hour", "at: 2027-01-01T00:00\n      stacks: {dev: {rate: 1 hour}, prod: {}}")
    (catalog / "schedules/a.yaml").write_text(text)

    run(catalog, "prune")

    assert (catalog / "schedules/a.yaml").read_text() == pruned(text, "launch")


def test_prune_leaves_an_entry_with_an_error_alone(catalog: Path) -> None:
    text = FILE.replace("at: 2027-01-05T09:00", "at: 2027-01-05T09:00\n    enabled: perhaps")
    (catalog / "schedules/a.yaml").write_text(text)

    run(catalog, "prune")

    assert (catalog / "schedules/a.yaml").read_text() == text


def test_a_dry_run_shows_the_difference_and_writes_nothing(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(catalog, "prune", "--dry-run") == 0

    assert "-    at: 2027-01-05T09:00\n" in capsys.readouterr().out
    assert (catalog / "schedules/a.yaml").read_text() == FILE


def test_new_writes_an_entry_that_check_has_nothing_against(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ("--cron", "0 9 ? * MON-FRI *", "--timezone", "Europe/Paris", "--url", "https://a.example.com/y")
    more = ("--method", "PUT", "--header", "X-A: e: b", "--param", "p=1", "--param", "p=yes", "--body", '{"n": 1e3}')
    assert run(catalog, "new", "fresh", *flags, *more, "--auth", "bearer:t") == 0
    shown = capsys.readouterr().out
    value = parse_document((catalog / "schedules/a.yaml").read_bytes(), "").value["schedules"]["fresh"]

    assert "next: Tue 2027-06-01 09:00 CEST, Wed 2027-06-02" in shown
    assert value["request"]["headers"] == {"X-A": "e: b"}
    assert value["request"]["params"] == {"p": ["1", "yes"]}
    assert value["request"]["auth"] == {"type": "bearer", "secret": "t"}
    assert run(catalog, "check") == 0


@pytest.mark.parametrize(
    ("flags", "written"),
    [
        (("--form", "a=1", "--form", "b=2", "--form", "a=3"), {"form": {"a": ["1", "3"], "b": "2"}}),
        (("--text", "a b"), {"text": "a b"}),
    ],
)
def test_new_writes_a_form_and_a_text(catalog: Path, flags: tuple[str, ...], written: dict[str, Any]) -> None:
    assert run(catalog, "new", "fresh", "--rate", "1 hour", "--url", "https://a.example.com/y", *flags) == 0
    request = parse_document((catalog / "schedules/a.yaml").read_bytes(), "").value["schedules"]["fresh"]["request"]

    assert {key: value for key, value in request.items() if key != "url"} == written
    assert run(catalog, "check") == 0


@pytest.mark.parametrize(
    ("flags", "rule"),
    [
        (("launch", "--rate", "1 hour", "--url", "https://a.b/c"), "duplicate-name"),
        (("Fresh", "--rate", "1 hour", "--url", "https://a.b/c"), "schema"),
        (("fresh", "--rate", "1 hours", "--url", "https://a.b/c"), "rate"),
        (("fresh", "--at", "2027-05-31T09:00", "--url", "https://a.b/c"), "past"),
        (("fresh", "--rate", "1 hour", "--url", "https://a.b/c", "--header", "Authorization: Bearer x"), "credential"),
        (("fresh", "--rate", "1 hour", "--at", "2027-07-01T00:00", "--url", "https://a.b/c"), "timing"),
    ],
)
def test_new_refuses_with_the_problems_of_check(
    catalog: Path, flags: tuple[str, ...], rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(catalog, "new", *flags) == 1

    assert f"[{rule}]" in capsys.readouterr().out
    assert (catalog / "schedules/a.yaml").read_text() == FILE


def test_a_new_owner_gets_a_file(catalog: Path) -> None:
    assert run(catalog, "new", "fresh", "--rate", "5 minutes", "--url", "https://a.b/c", "--owner", "b") == 0

    assert (catalog / "schedules/b.yaml").read_text() == (
        "owner: b\n\nschedules:\n  fresh:\n    rate: 5 minutes\n    request:\n      url: https://a.b/c\n"
    )


@pytest.mark.parametrize(
    ("flags", "advice"),
    [
        (("--url", "https://a.b/c"), "no timing"),
        (("--rate", "1 hour"), "no target"),
        (("--rate", "1 hour", "--url", "https://a.b/c", "--owner", "../x"), "is not an owner"),
        (
            ("--rate", "1 hour", "--url", "https://a.b/c", "--owner", "b", "--file", "schedules/a.yaml"),
            'belongs to "a"',
        ),
    ],
)
def test_new_says_which_flag_is_missing(
    catalog: Path, flags: tuple[str, ...], advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(catalog, "new", "fresh", *flags) == 2
    assert advice in capsys.readouterr().err


def test_a_file_keeps_its_mode_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)

    replace_file(path, b"old", b"new")

    assert (path.read_bytes(), path.stat().st_mode & 0o777, list(tmp_path.iterdir())) == (b"new", 0o640, [path])


def test_a_file_that_somebody_changed_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"theirs")

    with pytest.raises(StorageError, match="meanwhile"):
        replace_file(path, b"old", b"new")
    assert path.read_bytes() == b"theirs"


def test_a_symbolic_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "a.yaml").symlink_to("real")

    with pytest.raises(StorageError, match="not a regular file"):
        replace_file(tmp_path / "a.yaml", b"old", b"new")


def test_a_file_that_is_there_is_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"theirs")

    with pytest.raises(StorageError, match="already exists"):
        create_file(tmp_path / "a.yaml", b"ours")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.yaml"]


def test_new_names_the_calendars_of_the_days_that_are_left_out(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (catalog / "calendars").mkdir()
    (catalog / "calendars" / "kr.yaml").write_text("description: x\ndates: [2027-06-01, 2027-06-02]\n")
    line = ("new", "close", "--cron", "0 9 * * ? *", "--url", "https://a.example/", "--owner", "a")

    assert run(catalog, *line, "--not-on", "kr", "--not-on", "nowhere") == 1
    assert 'unknown calendar "nowhere"' in capsys.readouterr().out
    assert run(catalog, *line, "--not-on", "kr") == 0

    assert "not_on: [kr]" in (catalog / "schedules" / "a.yaml").read_text()
    assert "next: Thu 2027-06-03 09:00 UTC" in capsys.readouterr().out
