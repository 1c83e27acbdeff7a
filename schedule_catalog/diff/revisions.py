"""Files of both sides of a change, not yet parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.document import Document, find_files, parse_document, read_document
from schedule_catalog.document.files import read_bytes
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.revision import contents_at, document_of
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.problem import Problem


@frozen
class RevisionFile:
    """One file of one side.

    shown_as: its path, as problems show it.
    data: None for an unreadable file; its document has the reason.
    """

    shown_as: str
    data: bytes | None
    document: Callable[[], Document]


def revision_sources(
    revision: str, paths: Sequence[Path], other: Iterable[RevisionFile] = ()
) -> tuple[RevisionFile, ...]:
    """Read the files under *paths* at a git revision; raises RevisionError.

    other: the other side, whose contents are not read again.
    """
    held = [source.data for source in other if source.data is not None]
    return tuple(_at_revision(content, f"{revision}:{name}") for name, content in contents_at(revision, paths, held))


def tree_sources(paths: Sequence[Path]) -> tuple[tuple[RevisionFile, ...], tuple[Problem, ...]]:
    """Read the files under *paths* in the work tree, and what takes the place of a file."""
    found = find_files(paths)
    return tuple(_in_tree(file.path, file.shown_as) for file in found.files), found.problems


def without_common(sources: Iterable[RevisionFile], others: Iterable[RevisionFile]) -> tuple[RevisionFile, ...]:
    """Leave out files whose bytes the other side also has, under any name."""
    common = Counter(source.data for source in others if source.data is not None)
    kept: list[RevisionFile] = []
    for source in sources:
        if source.data is not None and common[source.data] > 0:
            common[source.data] -= 1
        else:
            kept.append(source)
    return tuple(kept)


def _at_revision(content: bytes | Refusal, shown_as: str) -> RevisionFile:
    return RevisionFile(
        shown_as, None if isinstance(content, Refusal) else content, lambda: document_of(content, shown_as)
    )


def _parsed_later(data: bytes, shown_as: str) -> RevisionFile:
    return RevisionFile(shown_as, data, lambda: parse_document(data, shown_as))


def _in_tree(path: Path, shown_as: str) -> RevisionFile:
    try:
        return _parsed_later(read_bytes(path), shown_as)
    except Refusal:
        return RevisionFile(shown_as, None, lambda: read_document(path, shown_as))
