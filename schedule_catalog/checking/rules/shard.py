"""Files of a catalog that several stacks share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.problem import Problem, Severity
from schedule_catalog.settings import set_command
from schedule_catalog.wording import nearest

if TYPE_CHECKING:
    from schedule_catalog.document import SourceFile
    from schedule_catalog.settings import Settings

ID = "shard"
DOC = "where several stacks share the catalog, each file is in exactly one of them"


def check(files: Sequence[SourceFile], roots: Sequence[Path], settings: Iterable[Settings]) -> Iterator[Problem]:
    """Find the files that no stack deploys or several do, and the listed ones that are not there.

    roots: the folders and files that were given; a listed file is seen from the folder.
    """
    for stack in settings:
        if stack.shards:
            listed = frozenset[str]().union(*stack.shards.values())
            shown = {_name(Path(file.shown_as), roots, listed): file.shown_as for file in files}
            yield from _of_files(shown, stack)
            if all(root.is_dir() for root in roots):
                yield from _of_lists(shown, stack, roots[0])


def name_in_catalog(path: Path, folders: Sequence[Path]) -> str:
    """Return what a list calls a file: its path seen from the catalog's folder."""
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return Path(os.path.relpath(path, folders[0])).as_posix()


def _name(path: Path, roots: Sequence[Path], listed: Iterable[str]) -> str:
    """Of a file that was given by itself nobody knows where the catalog begins: its name is the longest that fits."""
    if path not in roots:
        return name_in_catalog(path, roots)
    whole = path.absolute().as_posix()
    return max((name for name in listed if whole.endswith(f"/{name}")), key=len, default=path.name)


def _of_files(shown: Mapping[str, str], stack: Settings) -> Iterator[Problem]:
    for name, path in shown.items():
        holders = [f'"{each}"' for each, files in sorted(stack.shards.items()) if name in files]
        if not holders:
            yield _problem(
                path, f"no stack deploys this file: add it to one of {_all(stack)}; run: {_add(stack, name)}"
            )
        elif len(holders) > 1:
            yield _problem(path, f'{" and ".join(holders)} both deploy this file: take it out of "shard.files" of one')


def _of_lists(shown: Mapping[str, str], stack: Settings, root: Path) -> Iterator[Problem]:
    for holder, files in sorted(stack.shards.items()):
        for name in sorted(files - shown.keys()):
            near = nearest(name, shown, cutoff=0.8)
            instead = f': did you mean "{near}"?' if near else ': take it out of "shard.files"'
            message = f'"{holder}" deploys "{name}", and there is no such file{instead}'
            yield _problem(str(root / name), message, Severity.WARNING)


def _all(stack: Settings) -> str:
    return ", ".join(f'"{each}"' for each in sorted(stack.shards))


def _add(stack: Settings, name: str) -> str:
    """The command for the stack with the fewest files."""
    smallest = min(sorted(stack.shards), key=lambda each: len(stack.shards[each]))
    return set_command(smallest, ("shard", "files", len(stack.shards[smallest])), name)


def _problem(path: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(path, 1, 1, ID, severity, message)
