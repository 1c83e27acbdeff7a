"""Files of a catalog: found without following links, opened without waiting, read up to the limit."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import BYTES_MAX, too_large
from schedule_catalog.errors import os_reason
from schedule_catalog.problem import Problem, Severity
from schedule_catalog.work_tree import leads_outside, mistaken_for_repository

_SUFFIXES = (".yaml", ".yml")
# O_NONBLOCK: a pipe without a writer must not block us; it has no effect on regular files. Windows has only O_BINARY.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a symbolic link",
}


class SourceFile(NamedTuple):
    """File to read, and its name in problems."""

    path: Path
    shown_as: str


class Found(NamedTuple):
    """Files under some paths, sorted, each once, and problems with other things in the place of a file."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """Find the YAML files: folders are searched recursively; a file given by name may have any name.

    Hidden files and folders are skipped. Problems are: a name of a YAML file that is not a regular file (a symbolic
    link, a pipe, a device), a symbolic link to a folder or out of the work tree, a folder that git could take for a
    repository, and a path that does not exist.
    """
    files: dict[str, SourceFile] = {}
    problems: set[Problem] = set()
    for given in paths:
        top = str(given)
        absolute = os.path.abspath(top)  # noqa: PTH100 - without following links
        for path, refusal in _under(top):
            if refusal is None:
                files.setdefault(absolute + path[len(top) :], SourceFile(Path(path), shown(path)))
            else:
                problems.add(_problem(path, refusal))
    return Found(tuple(files[path] for path in sorted(files)), tuple(sorted(problems)))


def place_in(catalog: Path, file: Path) -> Path | None:
    """Return the path under which `find_files([catalog])` finds a file, also one to be created; None if it does not.

    A catalog that does not exist is a file if its name ends as that of a YAML file, and else a folder.
    """
    own = file.parent.resolve() / file.name
    if not catalog.is_dir() and (catalog.exists() or catalog.suffix.lower() in _SUFFIXES):
        return catalog if own == catalog.parent.resolve() / catalog.name else None
    top = catalog.resolve()
    if not own.is_relative_to(top):
        return None
    below = own.relative_to(top)
    hidden = any(part.startswith(".") for part in below.parts)
    return None if hidden or not below.name.lower().endswith(_SUFFIXES) else catalog / below


def read_bytes(path: Path) -> bytes:
    """Return the content of a regular file; raises Refusal for other, large and unreadable files."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise _unreadable(error) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(status.st_mode)
        if status.st_size > BYTES_MAX:
            raise too_large()
        return _content(descriptor, status.st_size)
    except OSError as error:
        raise _unreadable(error) from None
    finally:
        os.close(descriptor)


def size_of(path: Path) -> int:
    """Return the size of a file in bytes; 0 if it cannot be found."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def shown(path: str) -> str:
    """Return a path as problems show it: characters that a terminal or a log would interpret are escaped."""
    return path if path.isprintable() else ascii(path)[1:-1]


def _under(path: str) -> Iterator[tuple[str, Refusal | None]]:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a folder may be given by a link to it
    except OSError as error:
        yield path, _unreadable(error)
        return
    if top := leads_outside(Path(path)):
        yield path, Refusal(0, 0, "file", f'a symbolic link leads out of the work tree "{shown(str(top))}"')
        return
    if not stat.S_ISDIR(mode):
        yield path, None
        return
    folders = [(path, False)]
    while folders:
        folder, hidden = folders.pop()
        yield from _in_folder(folder, hidden, folders)


def _in_folder(folder: str, hidden: bool, folders: list[tuple[str, bool]]) -> Iterator[tuple[str, Refusal | None]]:
    """Yield the files in a folder, and add the folders below; in a hidden one only those that git would use."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        yield folder, _unreadable(error)
        return
    if why := mistaken_for_repository([entry.name for entry in entries]):
        yield folder, Refusal(0, 0, "repository", f"{why}, so git may use it instead of yours: remove it")
    for entry in entries:
        if entry.name == ".git":
            continue
        inside_hidden = hidden or entry.name.startswith(".")
        if entry.is_dir(follow_symlinks=False):
            folders.append((entry.path, inside_hidden))
        elif inside_hidden:
            continue
        elif entry.name.lower().endswith(_SUFFIXES):
            yield entry.path, None if entry.is_file(follow_symlinks=False) else _refusal(entry)
        elif entry.is_symlink() and entry.is_dir():
            yield entry.path, _not_a_file(stat.S_IFLNK)


def _refusal(entry: os.DirEntry[str]) -> Refusal:
    try:
        return _not_a_file(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:  # it was deleted meanwhile
        return _unreadable(error)


def _content(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size + 1)
    while len(data) > size and len(data) <= BYTES_MAX:  # it grew since fstat, or has no size, as in /proc
        more = os.read(descriptor, BYTES_MAX + 1 - len(data))
        if not more:
            break
        data += more
    return data


def _not_a_file(mode: int) -> Refusal:
    kind = _KINDS.get(stat.S_IFMT(mode), "something else")
    return Refusal(0, 0, "file", f"this is {kind}: only regular files are read")


def _unreadable(error: OSError) -> Refusal:
    if error.errno == errno.ELOOP:
        return _not_a_file(stat.S_IFLNK)
    return Refusal(0, 0, "file", f"cannot be read: {os_reason(error)}")


def _problem(path: str, refusal: Refusal) -> Problem:
    return Problem(shown(path), 1, 1, refusal.fault.rule, Severity.ERROR, refusal.fault.message)
