"""Build of `schedule-catalog`: it pins `schedule-client` to the same version, and adds description and commit."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r"^!\[[^\]]*\]\((?!https?:)[^)]+\)\n\n?", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)[^)]+\)")


class Metadata(MetadataHookInterface):
    """Adds the description, and the distributions that are released together with this one, in its version."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Write the dependencies; a source distribution has them in its metadata."""
        text = _description((Path(self.root) / "README.md").read_text("utf-8"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        given = cast("dict[str, list[str]]", self.config)  # pyright: ignore[reportUnknownMemberType]
        twins = [f"{name}=={metadata['version']}" for name in given["same-version"]]
        metadata.setdefault("dependencies", [*given["dependencies"], *twins])


class Commit(BuildHookInterface[Any]):
    """Adds `commit.txt` to what is built of a work tree; a source distribution carries it along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say which files the build takes besides."""
        carried = Path(self.root) / "schedule_catalog" / "commit.txt"
        if version != "editable" and not carried.is_file() and (commit := _commit(self.root)):
            file = Path(mkdtemp()) / "commit.txt"
            file.write_text(commit)
            build_data["force_include"][str(file)] = "schedule_catalog/commit.txt"


def _description(readme: str) -> str:
    """The README as an index shows it: without pictures and links of the repository, which lead nowhere there."""
    return _LINK.sub(r"\1", _PICTURE.sub("", readme))


def _commit(folder: str) -> str:
    """The commit of a work tree whose top is this folder, marked where files were edited; none without git."""
    try:
        top, commit = _git(folder, "rev-parse", "--show-toplevel", "HEAD").split()
        if not Path(top).samefile(folder):
            return ""
        edited = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError, ValueError):
        return ""
    return f"{commit}-edited\n" if edited else f"{commit}\n"


def _git(folder: str, *arguments: str) -> str:
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
