"""Files of a catalog that gets a new name: the names of a file that cannot be read are unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from schedule_catalog.document import Document, find_files, read_document
from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path


class CatalogFiles(NamedTuple):
    """Documents of a catalog, and the errors because of which some of its names are unknown."""

    documents: list[Document]
    errors: list[Problem]


def catalog_files(catalog: Path) -> CatalogFiles:
    """Read a catalog; one that does not exist has no files."""
    if not catalog.exists():
        return CatalogFiles([], [])
    found = find_files([catalog])
    documents = [read_document(file.path, file.shown_as) for file in found.files]
    unread = (problem for document in documents if not document.readable for problem in document.problems)
    return CatalogFiles(documents, [*found.problems, *(each for each in unread if each.severity is Severity.ERROR)])
