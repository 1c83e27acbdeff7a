"""File for an owner's next entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.document import place_in
from schedule_catalog.editing import content
from schedule_catalog.editing.errors import EditError
from schedule_catalog.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schedule_catalog.document import Document


def owner_file(documents: Iterable[Document], owner: str | None, path: Path | None, folder: Path) -> tuple[str, Path]:
    """Return the owner and the file of a new entry, of which either, both or none is given.

    A new owner gets a new file in *folder*, the catalog. Raises EditError if several files are possible, and for a file
    that the catalog does not read.
    """
    files = {Path(document.path): content.owner(document) for document in documents}
    if path is not None:
        path = _read_file(path, folder)
    elif folder in files:  # a catalog of one file has no place for another
        path = folder
    if path is not None and path in files:
        found = files[path]
        if owner not in (None, found):
            raise EditError(f'"{path}" belongs to "{found}", not to "{owner}": a file has one owner')
        return found or "", path
    if owner is None:
        owner = _only_owner(files)
    if path is not None:
        return owner, path
    own = sorted(file for file, each in files.items() if each == owner)
    if len(own) > 1:
        raise EditError(f'"{owner}" has several files: choose one with --file: {listed(map(str, own))}')
    return owner, own[0] if own else _new_path(owner, folder)


def _read_file(file: Path, folder: Path) -> Path:
    if found := place_in(folder, file):
        return found
    instead = (file.with_suffix(".yaml") if file.name else folder, folder / f"{file.stem.lstrip('.') or 'NAME'}.yaml")
    advice = next((each for each in instead if place_in(folder, each)), folder)
    raise EditError(f'"{file}" is not a file that the catalog "{folder}" reads: write "{advice}"')


def _only_owner(files: dict[Path, str | None]) -> str:
    owners = sorted({owner for owner in files.values() if owner})
    if len(owners) == 1:
        return owners[0]
    known = f" (known: {listed(owners)})" if owners else ""
    raise EditError(f"specify --owner NAME{known}")


def _new_path(owner: str, folder: Path) -> Path:
    if not owner or not owner.replace("-", "").isalnum() or owner != owner.lower():
        raise EditError(f'"{owner}" is not an owner: use lower-case letters, digits and "-"')
    if not folder.is_dir():
        return folder if folder.suffix in (".yaml", ".yml") else folder / f"{owner}.yaml"
    return folder / f"{owner}.yaml"
