"""A catalog gets no new name while some of its names are unknown."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main
from schedule_catalog.editing import catalog_files

NOW = datetime(2027, 6, 1, tzinfo=UTC)
BROKEN = 'owner: a\nschedules:\n  taken:\n    rate: 1 hour\n    description: "unclosed\n'
NEW = ("new", "taken", "--rate", "2 hours", "--url", "https://x.example.com/")
IMPORT = ("import", "jobs", "--timezone", "UTC", "--owner", "b", "--into")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "a.yaml").write_text(BROKEN)
    (tmp_path / "jobs").write_text("0 * * * * curl https://x.example.com/taken\n")
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    old = Path.cwd()
    os.chdir(folder)
    try:
        return main(arguments, lambda: NOW)
    finally:
        os.chdir(old)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "schedules").iterdir())


@pytest.mark.parametrize("owner", [("--owner", "a"), ("--owner", "b"), (), ("--file", "schedules/b.yaml")])
def test_new_writes_nothing_while_a_file_of_the_catalog_cannot_be_read(
    folder: Path, owner: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *NEW, *owner) == 1

    shown = capsys.readouterr().out
    assert shown.startswith("schedules/a.yaml:5:18: error: ")
    assert '    5 |     description: "unclosed' in shown
    assert files(folder) == ["a.yaml"]
    assert (folder / "schedules/a.yaml").read_text() == BROKEN


def test_new_names_the_error_of_the_other_file_to_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *NEW, "--owner", "b", "--format", "json") == 1

    shown = json.loads(capsys.readouterr().out)
    assert (shown["path"], shown["written"], shown["schedules"]) == ("schedules", False, [])
    assert [(each["path"], each["line"]) for each in shown["problems"]] == [("schedules/a.yaml", 5)]


def test_a_symbolic_link_in_the_place_of_a_file_may_have_the_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "schedules" / "a.yaml").rename(folder / "elsewhere.yaml")
    (folder / "schedules" / "a.yaml").symlink_to(folder / "elsewhere.yaml")

    assert run(folder, *NEW, "--owner", "b") == 1
    assert "this is a symbolic link" in capsys.readouterr().out
    assert files(folder) == ["a.yaml"]


@pytest.mark.parametrize("into", ["schedules/b.yaml", "schedules", "schedules/a.yaml"])
def test_import_writes_nothing_while_a_file_of_the_catalog_cannot_be_read(
    folder: Path, into: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *IMPORT, into) == 2

    first, second = capsys.readouterr().err.splitlines()[-2:]
    assert first.endswith("a name may be taken in a file that cannot be read:")
    assert second.strip().startswith("schedules/a.yaml:5:18: error: ")
    assert files(folder) == ["a.yaml"]
    assert run(folder, *IMPORT, into, "--plan") == 0


def test_the_names_of_a_file_with_a_warning_are_known(folder: Path) -> None:
    (folder / "schedules" / "a.yaml").write_text("owner: a\nschedules:\n  first: {rate: 1 hour, enabled: no}\n")

    [document], errors = catalog_files(folder / "schedules")
    assert (document.readable, errors) == (True, [])
