"""The catalog at a git revision, read from git's objects and not from the work tree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from schedule_catalog.document import Document, parse_document
from schedule_catalog.document.document import refused_document
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import BYTES_MAX, too_large
from schedule_catalog.errors import RevisionError

_SUFFIXES = (".yaml", ".yml")
_LINK, _SUBMODULE = b"120000", b"160000"


def documents_at(revision: str, paths: Sequence[Path]) -> Iterator[Document]:
    """Yield the documents under *paths* as they were at *revision*; a path that was not there yet has none.

    Raises RevisionError without git, outside of a repository and for an unknown revision.
    """
    return (document_of(content, f"{revision}:{name}") for name, content in contents_at(revision, paths))


def document_of(content: bytes | Refusal, shown_as: str) -> Document:
    """Read what `contents_at` gives for a file."""
    return refused_document(content, shown_as) if isinstance(content, Refusal) else parse_document(content, shown_as)


def contents_at(revision: str, paths: Sequence[Path]) -> Iterator[tuple[PurePosixPath, bytes | Refusal]]:
    """Yield the files under *paths* as they were at *revision*, or why one is not read; raises as `documents_at`."""
    top = _top(revision, paths)
    commit = _commit(revision, top)
    wanted = tuple(_inside(revision, top, path) for path in paths)
    objects = list(_listing(revision, commit, top, wanted))
    contents = _contents(revision, top, [found for _, found in objects if isinstance(found, str)])
    for name, found in objects:
        yield name, next(contents) if isinstance(found, str) else found


def _top(revision: str, paths: Sequence[Path]) -> Path:
    start = _existing_folder(paths[0].absolute())
    found = _git(revision, start, "rev-parse", "--show-toplevel")
    if found.returncode:
        raise RevisionError(revision, f'"{start}" is not in a git repository, so there is no revision "{revision}"')
    return Path(found.stdout.decode(errors="surrogateescape").removesuffix("\n"))


def _existing_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _commit(revision: str, top: Path) -> str:
    found = _git(revision, top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        hint = "fetch it first, a shallow clone holds the newest commits only: git fetch --depth=50 origin"
        raise RevisionError(revision, f'unknown revision "{revision}": {hint}')
    return found.stdout.decode().strip()


def _inside(revision: str, top: Path, path: Path) -> PurePosixPath:
    try:
        return PurePosixPath(path.resolve().relative_to(top.resolve()).as_posix())
    except ValueError:
        raise RevisionError(revision, f'"{path}" is outside of the git repository "{top}"') from None


def _listing(
    revision: str, commit: str, top: Path, wanted: Sequence[PurePosixPath]
) -> Iterator[tuple[PurePosixPath, str | Refusal]]:
    """Yield the catalog files with the names of their objects, or with why they are not read."""
    below = [] if PurePosixPath() in wanted else [str(path) for path in wanted]
    found = _git(revision, top, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *below)
    if found.returncode:
        raise RevisionError(revision, f"git ls-tree: {_last_line(found.stderr)}")
    for line in found.stdout.split(b"\0")[:-1]:
        attributes, _, name = line.partition(b"\t")
        mode, _, identity, size = attributes.split()
        path = PurePosixPath(name.decode(errors="backslashreplace"))
        if mode == _SUBMODULE:
            yield path, _refusal("is a submodule, whose files this revision does not hold: compare it on its own")
        elif _is_wanted(path, wanted):
            yield path, _object(mode, identity, size)


def _object(mode: bytes, identity: bytes, size: bytes) -> str | Refusal:
    if mode == _LINK:
        return _refusal("is a symbolic link: put the file itself there")
    return identity.decode() if int(size) <= BYTES_MAX else too_large()


def _refusal(what: str) -> Refusal:
    return Refusal(0, 0, "unreadable", what)


def _is_wanted(name: PurePosixPath, wanted: Sequence[PurePosixPath]) -> bool:
    text = str(name)
    return any(name == path or _is_below(text, str(path)) for path in wanted)


def _is_below(name: str, folder: str) -> bool:
    """Whether a name is that of a catalog file below a folder, none of its parts hidden."""
    if not name.endswith(_SUFFIXES):
        return False
    start = "" if folder == "." else f"{folder}/"
    return name.startswith(start) and "/." not in f"/{name[len(start) :]}"


def _contents(revision: str, top: Path, identities: Sequence[str]) -> Iterator[bytes]:
    found = _git(revision, top, "cat-file", "--batch", given="".join(f"{each}\n" for each in identities).encode())
    if found.returncode:
        raise RevisionError(revision, f"git cat-file: {_last_line(found.stderr)}")
    output, position = found.stdout, 0
    for identity in identities:
        end = output.index(b"\n", position)
        header = output[position:end].split()
        if header[-1] == b"missing":
            raise RevisionError(revision, f'the object {identity} of "{revision}" is not in this clone: fetch it')
        size = int(header[-1])
        yield output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


def _git(revision: str, folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(("git", "-C", str(folder), *arguments), input=given, capture_output=True, check=False)
    except OSError as error:
        raise RevisionError(revision, f"git cannot be run: {(error.strerror or str(error)).lower()}") from error


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "failed"
