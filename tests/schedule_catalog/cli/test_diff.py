from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main

TEXT = 'owner: a\nschedules:\n  close: {cron: "0 9 * * ? *", request: {url: "https://a.example.com"}}\n'


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "a.yaml").write_text(TEXT)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "a")):
        subprocess.run(("git", *command), cwd=tmp_path, check=True, env=os.environ)
    return folder


def test_a_dirty_tree_is_compared(catalog: Path, capsys: pytest.CaptureFixture[str]):
    (catalog / "a.yaml").write_text(TEXT.replace("0 9", "0 8"))
    assert main(["diff", "HEAD", "--catalog", str(catalog), "--format", "json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
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
