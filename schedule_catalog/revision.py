"""Catalog at a git revision, read from git's objects and not from the work tree."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from schedule_catalog.document import Document, parse_document
from schedule_catalog.document.document import refused_document
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import BYTES_MAX, too_large
from schedule_catalog.errors import GitError, MissingObjectError, RevisionError
from schedule_catalog.repository import Listed, Repository, blob_identity
from schedule_catalog.work_tree import work_tree

_SUFFIXES = (".yaml", ".yml")
_LINK, _SUBMODULE = "120000", "160000"


def documents_at(revision: str, paths: Sequence[Path]) -> Iterator[Document]:
    """Yield the documents under *paths* at *revision*; a path that did not exist then has none.

    Raises RevisionError without git, outside of a repository and for an unknown revision.
    """
    return (document_of(content, f"{revision}:{name}") for name, content in contents_at(revision, paths))


def document_of(content: bytes | Refusal, shown_as: str) -> Document:
    """Read one file of `contents_at`."""
    return refused_document(content, shown_as) if isinstance(content, Refusal) else parse_document(content, shown_as)


def contents_at(
    revision: str, paths: Sequence[Path], held: Collection[bytes] = ()
) -> Iterator[tuple[str, bytes | Refusal]]:
    """Yield the files under *paths* at *revision*, or why one is not read; raises as `documents_at`.

    held: contents that are not read again if the revision has the same.
    """
    try:
        yield from _contents_at(revision, paths, held)
    except MissingObjectError as error:
        fetch = shlex.join(("git", "archive", "--output=/dev/null", revision))
        hint = f"this clone lacks some of its files, and nothing is fetched automatically: fetch them first, {fetch}"
        raise RevisionError(revision, f'"{revision}" cannot be read: {hint}') from error
    except GitError as error:
        raise RevisionError(revision, str(error)) from error


def _contents_at(
    revision: str, paths: Sequence[Path], held: Collection[bytes]
) -> Iterator[tuple[str, bytes | Refusal]]:
    top = work_tree(paths[0])
    if top is None:
        raise GitError(f'"{paths[0].absolute()}" is not in a git repository, so there is no revision "{revision}"')
    wanted = tuple(str(_inside(top, path)) for path in paths)
    repository = Repository.of(top)
    commit = repository.commit(revision)
    if commit is None:
        hint = "fetch it first; a shallow clone has only the newest commits: git fetch --depth=50 origin"
        raise GitError(f'unknown revision "{revision}": {hint}')
    below = () if "." in wanted else wanted
    files = [each for each in repository.files(commit, below) if _is_wanted(each, wanted)]
    _refuse_conversions(repository, files)
    yield from _read(repository, files, held)


def _refuse_conversions(repository: Repository, files: Sequence[Listed]) -> None:
    """Raise GitError if git stores another text than the one that is checked out and deployed."""
    for path, attribute in repository.conversions([each.path for each in files]):
        raise GitError(
            f'"{path}" has the git attribute "{attribute}", so git and the deployment have different texts: '
            "remove it from .gitattributes"
        )


def _read(
    repository: Repository, files: Sequence[Listed], held: Collection[bytes]
) -> Iterator[tuple[str, bytes | Refusal]]:
    known = {blob_identity(content, len(files[0].identity)): content for content in held} if files else {}
    plain = dict.fromkeys(each.identity for each in files if each.mode not in (_LINK, _SUBMODULE))
    sizes = repository.sizes([identity for identity in plain if identity not in known])
    contents = known | repository.contents({name: size for name, size in sizes.items() if size <= BYTES_MAX})
    for each in files:
        if each.mode == _SUBMODULE:
            yield each.path, _refusal("is a submodule, whose files are not in this revision: compare it by itself")
        elif each.mode == _LINK:
            yield each.path, _refusal("is a symbolic link: replace it by the file itself")
        else:
            yield each.path, contents.get(each.identity, too_large())


def _inside(top: Path, path: Path) -> PurePosixPath:
    """Path from the top of the repository; refused if a link changes it, as the revision may have another link."""
    written, real = Path(os.path.abspath(path)), path.resolve()  # noqa: PTH100 - the path with its links, and without
    if not written.is_relative_to(top) or not real.is_relative_to(top.resolve()):
        raise GitError(f'"{path}" is outside of the git repository "{top}"')
    inside = written.relative_to(top)
    if real != top.resolve() / inside:
        raise GitError(f'"{path}" is a symbolic link, or below one: name the folder itself, "{real}"')
    return PurePosixPath(inside.as_posix())


def _is_wanted(listed: Listed, wanted: Sequence[str]) -> bool:
    path = listed.path
    return listed.mode == _SUBMODULE or any(path == each or _is_below(path, each) for each in wanted)


def _is_below(name: str, folder: str) -> bool:
    """Whether a name is that of a catalog file below a folder, without hidden parts."""
    if not name.lower().endswith(_SUFFIXES):
        return False
    start = "" if folder == "." else f"{folder}/"
    return name.startswith(start) and "/." not in f"/{name[len(start) :]}"


def _refusal(what: str) -> Refusal:
    return Refusal(0, 0, "file", what)
