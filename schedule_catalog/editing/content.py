"""Content of a file whose structure is not yet checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.checking.stacks import Pointer
    from schedule_catalog.document import Document


def schedules(document: Document) -> dict[str, Any]:
    """Return the schedules by name; none if there is no such mapping."""
    return _mapping(_mapping(document.value).get("schedules"))


def owner(document: Document) -> str | None:
    """Return the owner, if there is one."""
    found = _mapping(document.value).get("owner")
    return found if isinstance(found, str) else None


def value_at(document: Document, pointer: Pointer) -> Any:
    """Return the value that a pointer leads through mappings to; None where there is none."""
    value: Any = document.value
    for step in pointer:
        value = _mapping(value).get(str(step))
    return value


def mapping_at(document: Document, pointer: Pointer) -> dict[str, Any]:
    """Return the mapping that a pointer leads to; an empty one where there is none."""
    return _mapping(value_at(document, pointer))


def secrets(document: Document) -> set[str]:
    """Return the names of secrets in use."""
    return set(_secrets(document.value))


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _secrets(each)
    for key, inner in _mapping(value).items():
        name = _mapping(inner).get("secret") if key == "auth" else None
        if isinstance(name, str):
            yield name
        yield from _secrets(inner)


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
