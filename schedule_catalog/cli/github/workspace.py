"""Paths as GitHub knows them: seen from the top of the repository, wherever in it a command runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

from schedule_catalog.work_tree import work_tree


@dataclass(frozen=True, slots=True)
class Workspace:
    """The top of a repository, and the folder below it from which the paths of problems are seen."""

    top: Path
    folder: Path

    @classmethod
    def around(cls, folder: Path, environment: Mapping[str, str]) -> Workspace:
        """The workspace of a workflow's run, else the work tree around a folder, else the folder."""
        given = environment.get("GITHUB_WORKSPACE")
        top = Path(given).resolve() if given else None
        if top is None or not folder.is_relative_to(top):
            top = work_tree(folder) or folder
        return cls(top, folder)

    def relative(self, path: str) -> str | None:
        """A path seen from the top; None for one that is outside."""
        absolute = self.absolute(path)
        return absolute.relative_to(self.top).as_posix() if absolute.is_relative_to(self.top) else None

    def absolute(self, path: str) -> Path:
        """A path from the root of the file system, without "..", its links not followed."""
        return Path(normpath(self.folder / path))
