"""The hooks, run by the real pre-commit in a catalog's repository.

pre-commit builds the hook's environment from a clone of this project, so this needs the package registry.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = (
    ".pre-commit-hooks.yaml",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "schedule_catalog",
    "schedule_client",
    "schemas",
)
GOOD = "owner: team\n\nschedules:\n  a:\n    rate: 5 minutes\n    request: {service: callback, path: /p}\n"


def run(folder: Path, *command: str, status: int = 0) -> str:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "VIRTUAL_ENV"))}
    person = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = inherited | person | {"PATH": path, "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company's repository, whose commits go through the hooks of this project's version 1.0.0."""
    tool, company = tmp_path_factory.mktemp("tool"), tmp_path_factory.mktemp("company")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tool / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, tool / name)
    run(tool, "git", "init", "-q")
    run(tool, "git", "add", "-A")
    run(tool, "git", "commit", "-q", "-m", "release")
    run(tool, "git", "tag", "v1.0.0")
    (company / "schedules").mkdir()
    (company / "schedules" / "team.yaml").write_text(GOOD)
    hooks = "[{id: schedules-fmt}, {id: schedules-check}]"
    (company / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {tool.as_uri()}\n    rev: v1.0.0\n    hooks: {hooks}\n"
    )
    run(company, "git", "init", "-q")
    run(company, "pre-commit", "install")
    run(company, "git", "add", "-A")
    return company


def test_a_good_catalog_is_committed_and_a_broken_one_is_not(catalog: Path) -> None:
    assert "check the schedule catalog" in run(catalog, "git", "commit", "-m", "good")
    (catalog / "schedules" / "other.yaml").write_text(GOOD.replace("5 minutes", "1 minutes"))
    run(catalog, "git", "add", "-A")

    said = run(catalog, "git", "commit", "-m", "bad", status=1)

    assert 'schedules/other.yaml:5:11: error: "1 minutes" is not a rate: write "1 minute" [rate]' in said
    assert 'the name "a" is taken' in said
    (catalog / "schedules" / "other.yaml").unlink()


def test_what_is_committed_is_formatted(catalog: Path) -> None:
    path = catalog / "schedules" / "third.yaml"
    formatted = GOOD.replace("  a:", "  b:")
    path.write_text(formatted.replace("    rate", "    # often\n    rate").replace("callback, ", "callback,   "))
    run(catalog, "git", "add", "-A")

    assert "files were modified by this hook" in run(catalog, "git", "commit", "-m", "untidy", status=1)
    assert "# often" in path.read_text()
    run(catalog, "git", "add", "-A")
    run(catalog, "git", "commit", "-m", "tidy")
