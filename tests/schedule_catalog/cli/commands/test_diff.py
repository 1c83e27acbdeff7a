from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.main import main
from tests.schedule_catalog.cli.documents import document

TEXT = 'owner: a\nschedules:\n  close: {cron: "0 9 * * ? *", request: {url: "https://a.example.com"}}\n'


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "a.yaml").write_text(TEXT)
    subprocess.run(("git", "init", "-q"), cwd=tmp_path, check=True, env=os.environ)
    commit(tmp_path)
    return folder


def commit(folder: Path) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (("add", "-A"), (*who, "commit", "-q", "-m", "a")):
        subprocess.run(("git", *command), cwd=folder, check=True, env=os.environ)


def test_a_dirty_tree_is_compared(catalog: Path, capsys: pytest.CaptureFixture[str]):
    (catalog / "a.yaml").write_text(TEXT.replace("0 9", "0 8"))
    assert main(["diff", "HEAD", "--catalog", str(catalog), "--format", "json"]) == 0
    (change,) = document(capsys.readouterr().out)["changes"]
    assert (change["name"], change["action"], change["fields"][0]["path"]) == ("close", "update in place", "cron")


def test_a_revision_is_compared_with_a_revision(catalog: Path, capsys: pytest.CaptureFixture[str]):
    (catalog / "a.yaml").write_text("broken: [")
    assert main(["diff", "HEAD", "HEAD", "--catalog", str(catalog)]) == 0
    assert capsys.readouterr().out == "no schedule differs\n"


def test_errors_after_the_change_fail(catalog: Path, capsys: pytest.CaptureFixture[str]):
    (catalog / "a.yaml").write_text(TEXT.replace("0 9", "99 9"))
    assert main(["diff", "HEAD", "--catalog", str(catalog)]) == 1
    assert "! close (every stack) broken" in capsys.readouterr().out


def test_an_unknown_revision_says_what_to_fetch(catalog: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["diff", "nowhere", "--catalog", str(catalog)]) == 2
    assert "git fetch --depth=" in capsys.readouterr().err


def test_a_freeze_that_the_stack_file_adds_shows_what_it_takes_away(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, tomorrow = catalog.parent, datetime.now(UTC).date() + timedelta(days=1)
    (project / "calendars").mkdir()
    (project / "calendars" / "closing.yaml").write_text(
        f"description: x\ntimezone: UTC\ndates: [{tomorrow}, {tomorrow + timedelta(days=1)}]\n"
    )
    stack = project / "Pulumi.prod.yaml"
    hosts = "config:\n  schedule-catalog:hosts: [a.example.com]\n"
    stack.write_text(hosts)
    commit(project)
    stack.write_text(f"{hosts}  schedule-catalog:freezes: [closing]\n")

    main(["diff", "HEAD", "--catalog", str(catalog), "--stack", "prod"])
    added = capsys.readouterr().out
    commit(project)
    stack.write_text(hosts)
    main(["diff", "HEAD", "--catalog", str(catalog), "--stack", "prod"])
    removed = capsys.readouterr().out
    main(["diff", "HEAD", "HEAD", "--catalog", str(catalog), "--stack", "prod"])

    assert "2 fewer fires in the next year, the first on" in added
    assert "2 more fires in the next year" in removed
    assert capsys.readouterr().out == "no schedule differs\n"


def changes(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    main(["diff", "HEAD", *arguments, "--format", "json"])
    return document(capsys.readouterr().out)["changes"]


def test_a_renamed_file_is_no_change_even_with_a_name_that_is_not_ascii(
    catalog: Path, capsys: pytest.CaptureFixture[str]
):
    (catalog / "a.yaml").rename(catalog / "übergabe 日.yaml")
    assert changes(capsys, "--catalog", str(catalog)) == []


def test_a_base_file_that_cannot_be_read_is_told_and_does_not_fail(catalog: Path, capsys: pytest.CaptureFixture[str]):
    (catalog / "b.yaml").write_text("broken: [")
    commit(catalog.parent)
    (catalog / "b.yaml").unlink()
    assert main(["diff", "HEAD", "--catalog", str(catalog)]) == 0
    assert capsys.readouterr().out.startswith("HEAD:schedules/b.yaml:")


def test_the_stacks_of_the_settings_that_are_given_are_compared(catalog: Path, capsys: pytest.CaptureFixture[str]):
    settings = catalog.parent / "Pulumi.prod.yaml"
    settings.write_text("config:\n  schedule-catalog:hosts: [a.example.com]\n")
    (catalog / "a.yaml").write_text(TEXT.replace("0 9", "0 8"))
    (change,) = changes(capsys, "--catalog", str(catalog), "--settings", str(settings))
    assert change["stacks"] == ["prod"]
