"""A company's way in, by the commands that it types: from an empty folder to schedules that fire on the laptop."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.distributions.workshop import UV, Workshop, commit_all

pytestmark = pytest.mark.timeout(600)  # a busy machine installs slowly


@pytest.fixture(scope="module", name="command")
def _command(workshop: Workshop) -> Path:
    """The command as a tool of uv: nothing else of the project is on the machine."""
    return workshop.tool()


@pytest.fixture(scope="module", name="company")
def _company(workshop: Workshop, command: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "shop"
    folder.mkdir()
    workshop.run(command, "init", "--yes", cwd=folder)
    return folder


def test_four_commands_lead_to_a_checked_schedule_with_its_next_fires(
    workshop: Workshop, command: Path, company: Path
) -> None:
    assert "1 schedule in 1 file: no problems" in workshop.run(command, "check", cwd=company)
    assert re.search(r"^first-call  rate\(1 hour\)", workshop.run(command, "next", cwd=company), re.MULTILINE)


def test_without_the_program_the_laptop_says_what_to_install(workshop: Workshop, command: Path, company: Path) -> None:
    said = workshop.run(command, "dev", cwd=company, status=2)

    assert "needs schedule-stack, which is not installed: run uv tool install schedule-catalog==" in said


def test_the_pinned_program_delivers_the_first_call_within_thirty_seconds(workshop: Workshop, company: Path) -> None:
    workshop.run(UV, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=company)
    workshop.run(UV, "pip", "install", "--quiet", "--python", ".venv", "-r", "requirements.txt", cwd=company)
    schedules = company / ".venv" / "bin" / "schedules"

    out = workshop.run(schedules, "dev", "--for", "30s", cwd=company)

    assert "1 call fell due, all delivered" in out
    assert (company / ".stack" / "dev").is_dir()


def test_the_pinned_program_runs_over_simulated_time(workshop: Workshop, company: Path) -> None:
    schedules = company / ".venv" / "bin" / "schedules"

    out = workshop.run(schedules, "dev", "--simulate", "--from", "2027-01-04", "--to", "2027-01-05", cwd=company)

    assert "first-call" in out


def test_a_commit_goes_through_the_hooks_that_were_laid_out(workshop: Workshop, company: Path) -> None:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    home = str(workshop.folder / "pre-commit-of-company")
    commit_all(workshop, company, "First schedules")

    workshop.run("pre-commit", "run", "--all-files", cwd=company, PATH=path, PRE_COMMIT_HOME=home)
    file = company / "schedules" / "platform.yaml"
    file.write_text(file.read_text().replace("1 hour", "1 hours"))
    workshop.run("git", "add", "-A", cwd=company)

    said = workshop.run("pre-commit", "run", cwd=company, status=1, PATH=path, PRE_COMMIT_HOME=home)

    assert 'write "1 hour"' in said
