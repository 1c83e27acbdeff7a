"""The two things that are asked of a file whose structure nobody has checked yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from schedule_catalog.document import Document


def schedules(document: Document) -> dict[str, Any]:
    """Return the schedules by name; none where there is no such mapping."""
    return _mapping(_mapping(document.value).get("schedules"))


def owner(document: Document) -> str | None:
    """Return the owner, if there is one."""
    found = _mapping(document.value).get("owner")
    return found if isinstance(found, str) else None


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
