"""Origin of a report: the project and the commit of its catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.document.files import find_files, read_bytes
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.errors import CatalogError
from schedule_catalog.repository import Repository
from schedule_catalog.revision import contents_at
from schedule_catalog.work_tree import work_tree
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@frozen
class Origin:
    """Names of a report's source; None for what is unknown.

    commit: absent outside of a repository, and where git does not read it.
    edited: whether files of the catalog differ from that commit.
    """

    project: str | None = None
    commit: str | None = None
    edited: bool = False


def origin(project: str | None, paths: Sequence[Path]) -> Origin:
    """Return the origin of the catalog in these files and folders."""
    top = work_tree(paths[0])
    if top is None:
        return Origin(project)
    try:
        commit = Repository.of(top).commit("HEAD")
        if commit is None:
            return Origin(project)
        now = dict(_contents(top, paths))
        held = [content for content in now.values() if isinstance(content, bytes)]
        return Origin(project, commit, edited=now != dict(contents_at(commit, paths, held)))
    except CatalogError:
        return Origin(project)


def _contents(top: Path, paths: Sequence[Path]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files of the catalog by their names in the repository, None for an unreadable one."""
    for file in find_files(paths).files:
        try:
            content = read_bytes(file.path)
        except Refusal:
            content = None
        yield file.path.absolute().relative_to(top).as_posix(), content
