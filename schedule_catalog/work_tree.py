"""Work trees of git, found in the file system: their content is untrusted."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

# Characters that Apple's file system ignores in a name, so that git refuses them in ".git" as well.
_IGNORED = "[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]"
_SHORT_NAME = r"git~\d+"


def work_tree(path: Path) -> Path | None:
    """Return the work tree that contains a path, by the nearest `.git` above, a folder or a file, without asking git.

    git refuses that name in a tree, so no commit can contain one; anything else that looks like a repository is
    ignored. Links are not followed: a path belongs to the tree that its text names.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links
    return next((folder for folder in (absolute, *absolute.parents) if _has_repository(folder)), None)


def leads_outside(path: Path) -> Path | None:
    """Return the work tree that contains a path by its text, if a link leads out of it."""
    top = work_tree(path)
    return top if top is not None and not path.resolve().is_relative_to(top.resolve()) else None


def mistaken_for_repository(names: Sequence[str]) -> str | None:
    """Return why git could take a folder with these names for a repository; None if it could not.

    https://git-scm.com/docs/gitrepository-layout
    """
    for name in names:
        if name != ".git" and _is_like_dot_git(name):
            return f'"{name}" is ".git" to some file systems'
    lower = {name.lower() for name in names}
    if "head" in lower and ({"objects", "refs"} <= lower or "commondir" in lower):
        return "the folder has the files of a git repository"
    return None


def _is_like_dot_git(name: str) -> bool:
    if name.isascii() and "git" not in name.lower():
        return False
    plain = re.sub(_IGNORED, "", name).lower().partition(":")[0].rstrip(". ")
    return plain == ".git" or re.fullmatch(_SHORT_NAME, plain) is not None


def _has_repository(folder: Path) -> bool:
    """Whether a folder has `.git` by exactly that name: some file systems find ".GIT" as well."""
    return os.path.lexists(folder / ".git") and ".git" in os.listdir(str(folder))  # noqa: PTH208
