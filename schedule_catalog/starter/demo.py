"""The guided tour's repository: a commit with the catalog, and a branch with the change that is reviewed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from schedule_catalog.errors import GitError
from schedule_catalog.starter.layout import demo_change

_BRANCH = "mornings"
_PERSON = ("-c", "user.name=Schedule Catalog", "-c", "user.email=demo@example.com", "-c", "commit.gpgSign=false")


def commit_tour(folder: Path) -> None:
    """Make a folder a git repository that stands on the branch of the tour; raises GitError."""
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    _commit(folder, "The catalog so far")
    _git(folder, "switch", "--quiet", "--create", _BRANCH)
    for name, text in demo_change().items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    _commit(folder, "Reports in the morning, invoices later")


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "--all")
    _git(folder, *_PERSON, "commit", "--quiet", "--no-verify", "--message", message)


def _git(folder: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(("git", *arguments), cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise GitError("git is not installed: the tour is a git repository") from error
    if done.returncode:
        raise GitError(f'"git {arguments[0]}" failed: {done.stderr.strip()}')
