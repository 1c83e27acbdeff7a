"""The hooks, run by the real pre-commit in a catalog's repository: it builds their environment from a clone."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.distributions.workshop import Workshop, repository

pytestmark = pytest.mark.timeout(600)  # a busy machine installs slowly

GOOD = "owner: team\n\nschedules:\n  a:\n    rate: 5 minutes\n    request: {service: callback, path: /p}\n"


@dataclass(frozen=True)
class Company:
    """A repository with a catalog, whose commits go through the hooks."""

    folder: Path
    workshop: Workshop

    def run(self, *command: str, status: int = 0) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        home = str(self.workshop.folder / "pre-commit")
        return self.workshop.run(*command, cwd=self.folder, status=status, PATH=path, PRE_COMMIT_HOME=home)


@pytest.fixture(scope="module", name="catalog")
def _catalog(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The hooks are those of this project's version 1.0.0, which pre-commit clones and pip installs."""
    tool = repository(workshop, tmp_path_factory.mktemp("tool") / "schedule-catalog", "v1.0.0")
    company = Company(tmp_path_factory.mktemp("company"), workshop)
    (company.folder / "schedules").mkdir()
    (company.folder / "schedules" / "team.yaml").write_text(GOOD)
    hooks = "[{id: schedules-fmt}, {id: schedules-check}]"
    (company.folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {tool.as_uri()}\n    rev: v1.0.0\n    hooks: {hooks}\n"
    )
    company.run("git", "init", "-q")
    company.run("pre-commit", "install")
    company.run("git", "add", "-A")
    return company


def test_a_good_catalog_is_committed_and_a_broken_one_is_not(catalog: Company) -> None:
    assert "check the schedule catalog" in catalog.run("git", "commit", "-m", "good")
    (catalog.folder / "schedules" / "other.yaml").write_text(GOOD.replace("5 minutes", "1 minutes"))
    catalog.run("git", "add", "-A")

    said = catalog.run("git", "commit", "-m", "bad", status=1)

    assert 'schedules/other.yaml:5:11: error: "1 minutes" is not a rate: write "1 minute" [rate]' in said
    assert 'the name "a" is taken' in said
    (catalog.folder / "schedules" / "other.yaml").unlink()


def test_what_is_committed_is_formatted(catalog: Company) -> None:
    path = catalog.folder / "schedules" / "third.yaml"
    formatted = GOOD.replace("  a:", "  b:")
    path.write_text(formatted.replace("    rate", "    # often\n    rate").replace("callback, ", "callback,   "))
    catalog.run("git", "add", "-A")

    assert "files were modified by this hook" in catalog.run("git", "commit", "-m", "untidy", status=1)
    assert "# often" in path.read_text()
    catalog.run("git", "add", "-A")
    catalog.run("git", "commit", "-m", "tidy")
