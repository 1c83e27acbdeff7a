from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True, name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "Web Shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_an_empty_folder_is_laid_out_without_a_question(folder: Path, capsys: Capture) -> None:
    assert main(["init", "--yes"]) == 0

    out = capsys.readouterr().out
    assert "wrote schedules/platform.yaml" in out
    assert out.endswith(
        "next:\n  schedules check\n  schedules next\n  pip install -r requirements.txt\n  schedules dev\n"
    )
    assert "name: schedule-catalog\n" in (folder / "Pulumi.yaml").read_text()


def test_a_folder_that_is_named_is_made(folder: Path, capsys: Capture) -> None:
    assert main(["init", "--yes", "--owner", "billing", "jobs"]) == 0

    assert (folder / "jobs" / "schedules" / "billing.yaml").is_file()
    assert "next:\n  cd jobs\n" in capsys.readouterr().out


def test_what_is_there_is_kept_and_said_to_be(folder: Path, capsys: Capture) -> None:
    (folder / "README.md").write_text("mine")
    (folder / ".gitignore").write_text(".venv\n")

    main(["init", "--yes"])

    out = capsys.readouterr().out
    assert "kept README.md, which is there\n" in out
    assert "add to .gitignore: .stack/ build/\n" in out
    assert (folder / "README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--project", "My Shop"), '"My Shop" is not a project name'),
        (("--owner", ""), '"" is not an owner'),
        (("--region", "frankfurt"), '"frankfurt" is not an AWS region'),
        (("--source", "https://github.com/a/b"), "is not a repository, such as your-company/schedule-catalog"),
    ],
)
def test_an_answer_that_is_none_writes_nothing(
    option: tuple[str, str], said: str, folder: Path, capsys: Capture
) -> None:
    assert main(["init", "--yes", *option]) == 2

    assert said in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_without_a_terminal_it_does_not_ask(folder: Path, capsys: Capture) -> None:
    assert main(["init"]) == 2
    assert "add --yes" in capsys.readouterr().err


def test_a_person_is_asked_and_an_empty_answer_is_the_usual_one(folder: Path) -> None:
    reader, writer = os.openpty()
    os.write(reader, b"shop\n\neu-west-1\n\n")
    command = [sys.executable, "-m", "schedule_catalog.cli", "init"]
    done = subprocess.run(command, stdin=writer, capture_output=True, text=True, timeout=60, check=False)
    os.close(reader)
    os.close(writer)

    assert done.returncode == 0, done.stderr
    assert "Owner of the first schedules [platform]:" in done.stderr
    assert "name: shop\n" in (folder / "Pulumi.yaml").read_text()
    assert "aws:region: eu-west-1\n" in (folder / "Pulumi.dev.yaml").read_text()
    assert (folder / "schedules" / "platform.yaml").is_file()


def test_the_demo_is_a_repository_on_the_branch_of_the_tour(folder: Path, capsys: Capture) -> None:
    assert main(["init", "--yes", "--demo"]) == 0
    assert "schedules diff main" in capsys.readouterr().out

    changed = subprocess.run(["git", "diff", "--stat", "main"], capture_output=True, text=True, check=True).stdout
    assert "3 files changed" in changed
    assert main(["check", "--base", "main"]) == 1


def test_the_demo_needs_an_empty_folder(folder: Path, capsys: Capture) -> None:
    (folder / "README.md").write_text("mine")

    assert main(["init", "--yes", "--demo"]) == 2
    assert "--demo needs an empty folder" in capsys.readouterr().err
