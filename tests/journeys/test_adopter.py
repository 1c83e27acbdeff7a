"""The adopter: from an empty folder to a reviewed pull request and calls on the laptop, without a clone."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.distributions.workshop import UV, Workshop, commit_all
from tests.journeys.documented import documented, documented_words

pytestmark = pytest.mark.timeout(600)  # a busy machine installs slowly
TOUR = "docs/tour.md"
README = "README.md"


class Adopter:
    """A person with uv, git and a package index."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.folder = folder
        self._bin = workshop.folder / "bin"

    def types(self, line: str, page: str, status: int = 0) -> str:
        """Type a command of a page, and return what it prints."""
        path = f"{self.folder / '.venv' / 'bin'}:{self._bin}:/usr/bin:/bin"
        return self.workshop.run(*shlex.split(documented(line, page)), cwd=self.folder, status=status, PATH=path)


@pytest.fixture(scope="module", name="adopter")
def _adopter(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Adopter:
    """The command as a tool of uv, in an empty folder; nothing else of the project is on the machine."""
    workshop.tool()
    folder = tmp_path_factory.mktemp("company") / "shop"
    folder.mkdir()
    return Adopter(workshop, folder)


def test_three_commands_lead_to_a_checked_schedule_with_its_next_fires(adopter: Adopter) -> None:
    adopter.types("schedules init --yes", README)

    assert "1 schedule in 1 file: no problems" in adopter.types("schedules check", README)
    assert re.search(
        r"^first-call  rate\(1 hour\)", adopter.types("schedules next first-call --count 2", README), re.MULTILINE
    )


def test_without_the_program_the_laptop_says_what_to_install(adopter: Adopter) -> None:
    said = adopter.types("schedules dev --for 30s", README, status=2)

    assert "needs schedule-stack, which is not installed: run uv tool install schedule-catalog==" in said


def test_a_commit_goes_through_the_hooks_that_were_laid_out(adopter: Adopter) -> None:
    workshop, company = adopter.workshop, adopter.folder
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    home = str(workshop.folder / "pre-commit-of-company")
    commit_all(workshop, company, "First schedules")

    workshop.run("pre-commit", "run", "--all-files", cwd=company, PATH=path, PRE_COMMIT_HOME=home)
    file = company / "schedules" / "platform.yaml"
    right = file.read_text()
    file.write_text(right.replace("1 hour", "1 hours"))
    workshop.run("git", "add", "-A", cwd=company)

    said = workshop.run("pre-commit", "run", cwd=company, status=1, PATH=path, PRE_COMMIT_HOME=home)

    assert 'write "1 hour"' in said
    file.write_text(right)


def test_a_branch_is_reviewed_by_what_the_pull_request_would_show(adopter: Adopter) -> None:
    workshop, company = adopter.workshop, adopter.folder
    commit_all(workshop, company, "The base", "--allow-empty")
    workshop.run("git", "branch", "--force", "-M", "main", cwd=company)
    workshop.run("git", "checkout", "-qb", "close-invoices", cwd=company)
    file = company / "schedules" / "platform.yaml"
    file.write_text(file.read_text().replace("rate: 1 hour", 'cron: "0 9 * * *"'))
    wrong = adopter.types("schedules check --base main", TOUR, status=1)
    assert 'write "0 9 * * ? *"' in wrong
    file.write_text(file.read_text().replace("0 9 * * *", "0 9 * * ? *"))
    commit_all(workshop, company, "Call once a day")

    assert "no problems" in adopter.types("schedules check --base main", TOUR)
    shown = adopter.types("schedules diff main", TOUR)
    assert "~ first-call" in shown
    assert "pulumi up updates it" in shown
    comment = adopter.types("schedules diff main --format markdown", "docs/diff.md")
    assert comment.startswith("<!-- schedule-catalog diff -->")
    assert "schedules.html: " in adopter.types("schedules report", TOUR)


def test_the_pinned_program_delivers_the_first_call_within_thirty_seconds(adopter: Adopter) -> None:
    workshop, company = adopter.workshop, adopter.folder
    workshop.run("git", "checkout", "-q", "main", cwd=company)
    workshop.run(UV, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=company)
    workshop.run(UV, "pip", "install", "--quiet", "--python", ".venv", "-r", "requirements.txt", cwd=company)

    printed = adopter.types("schedules dev --for 30s", README)

    assert printed.startswith("Schedule Catalog on this machine, stack dev\n")
    assert "1 call fell due, all delivered" in printed
    assert (company / ".stack" / "dev").is_dir()


def test_the_pinned_program_runs_over_simulated_time(adopter: Adopter) -> None:
    schedules = adopter.folder / ".venv" / "bin" / "schedules"
    simulate = ("dev", "--simulate", "--from", "2027-01-04", "--to", "2027-01-05")
    documented_words(simulate, "docs/simulate.md")

    out = adopter.workshop.run(schedules, *simulate, cwd=adopter.folder)

    assert "first-call" in out
