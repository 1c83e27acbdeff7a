"""Paths relative to the top of the repository, as GitHub needs them, in whatever folder a command runs."""

from __future__ import annotations

from collections.abc import Mapping
from os.path import normpath
from pathlib import Path

from schedule_catalog.work_tree import work_tree
from schedule_client.contract.records import frozen


@frozen
class Workspace:
    """Top of a repository, and the folder below it to which the paths of problems are relative."""

    top: Path
    folder: Path

    @classmethod
    def around(cls, folder: Path, environment: Mapping[str, str]) -> Workspace:
        """Return the workspace of a workflow's run, else the work tree around a folder, else the folder."""
        given = environment.get("GITHUB_WORKSPACE")
        top = Path(given).resolve() if given else None
        if top is None or not folder.is_relative_to(top):
            top = work_tree(folder) or folder
        return cls(top, folder)

    def relative(self, path: str) -> str | None:
        """Return a path relative to the top; None for one outside."""
        absolute = self.absolute(path)
        return absolute.relative_to(self.top).as_posix() if absolute.is_relative_to(self.top) else None

    def absolute(self, path: str) -> Path:
        """Absolute path without "..", its links not followed."""
        return Path(normpath(self.folder / path))
