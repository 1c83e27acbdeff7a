"""What is in a repository with a catalog, and the commands that people run in it, with real git."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IDENTITY = {
    f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@b"))
}
KEPT, ADDED = (f"  {name}: {{rate: 1 hour, request: {{url: https://api.example.com/{name}}}}}\n" for name in "ab")
BEFORE = f"owner: a\nschedules:\n{KEPT}"
AFTER = BEFORE + ADDED


def run(folder: Path, *command: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        command, cwd=folder, env={**known, **environment}, input=given, capture_output=True, text=True, check=False
    )


def git(folder: Path, *arguments: str, given: str = "", **environment: str) -> str:
    done = run(folder, "git", *arguments, given=given, **IDENTITY, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def schedules(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "schedule_catalog.cli", *arguments, **environment)


def differs(folder: Path, *arguments: str, **environment: str) -> str:
    """What diff says of the change, which is seen as it is."""
    done = schedules(folder, "diff", *(arguments or ("main",)), **environment)
    assert "+ b (every stack) added" in done.stdout, done.stdout + done.stderr
    assert "\n1 added" in done.stdout
    return done.stdout


def embed(catalog: Path, configuration: str) -> None:
    """Commit what git takes for a repository into the catalog's folder."""
    for name in ("objects", "refs/heads"):
        (catalog / name).mkdir(parents=True)
        (catalog / name / "keep").touch()
    (catalog / "HEAD").write_text("ref: refs/heads/main\n")
    (catalog / "refs" / "heads" / "main").write_text(f"{'1' * 40}\n")
    (catalog / "config").write_text(f"[core]\nrepositoryformatversion = 1\nbare = false\nworktree = .\n{configuration}")
