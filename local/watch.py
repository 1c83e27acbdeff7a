"""Changed files of a catalog and its settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

POLL_SECONDS = 0.2
# An editor writes a file in several steps: a change counts when nothing has changed for this long.
SETTLED_SECONDS = 0.1
# Looking at many files takes long: watching never takes more than this part of the time.
POLL_SHARE = 0.02
_SUFFIXES = (".yaml", ".yml")

Signature = Mapping[str, tuple[int, int, int]]


class Watch:
    """The YAML files below some folders, a few more, and every file of a company's own code."""

    def __init__(
        self, folders: Iterable[Path], files: Iterable[Path], sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._folders = tuple(folders)
        self._files = tuple(files)
        self._sleep = sleep
        self._code: Path | None = None
        self._known = self._signature()

    def follow(self, code: Path | None) -> None:
        """Watch this folder or file from now on, in place of the last one."""
        if code != self._code:
            others = {path: signature for path, signature in self._known.items() if path not in self._of_code()}
            self._code = code
            self._known = {**others, **self._of_code()}

    def changed(self) -> bool:
        """Wait a moment; whether anything was added, changed or removed since the last time, and has settled."""
        began = time.monotonic()
        found = self._signature()
        took = time.monotonic() - began
        if found == self._known:
            self._sleep(max(POLL_SECONDS, took / POLL_SHARE))
            return False
        self._sleep(SETTLED_SECONDS)
        settled = self._signature()
        if settled != found:
            return False
        self._known = settled
        return True

    def _signature(self) -> Signature:
        found = {str(path): signature for path in self._files if (signature := _of(path)) is not None}
        for path in chain.from_iterable(map(_yaml_files, self._folders)):
            signature = _of(path)
            if signature is not None:
                found[os.fspath(path)] = signature
        return {**found, **self._of_code()}

    def _of_code(self) -> Signature:
        if self._code is None:
            return {}
        files = _code_files(self._code) if self._code.is_dir() else (str(self._code),)
        return {path: signature for path in files if (signature := _of(path)) is not None}


def _yaml_files(folder: str | Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue  # an editor's lock, swap or backup: the check passes it over too
                if entry.is_dir(follow_symlinks=False):
                    yield from _yaml_files(entry.path)
                elif entry.name.endswith(_SUFFIXES):
                    yield entry.path
    except OSError:
        return  # a folder that is being removed


def _code_files(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        yield from (os.path.join(where, name) for name in names if not name.startswith("."))  # noqa: PTH118 - as above


def _of(path: str | Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - a Path for each of many files costs more
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
