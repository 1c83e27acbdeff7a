"""Catalogs written in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from schedule_catalog.calendars import UNREAD, Calendars, calendars_of
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)


def checked(
    *texts: str,
    settings: Mapping[str, Settings] | None = None,
    calendars: Calendars = UNREAD,
    stack: str | None = None,
    base: Catalog | None = None,
    now: datetime = NOW,
) -> Catalog:
    documents = (parse_document(dedent(text).encode(), f"{number}.yaml") for number, text in enumerate(texts, 1))
    return check_documents(
        documents,
        settings=settings or {},
        calendars=calendars.freezing(settings) if settings else calendars,
        stack=stack,
        base=base,
        now=now,
    )


def calendars(**texts: str) -> Calendars:
    """Calendars by name, written as YAML."""
    documents = [parse_document(dedent(text).encode(), f"calendars/{name}.yaml") for name, text in texts.items()]
    found = calendars_of(documents, NOW)
    assert not found.broken, found.problems
    return found


def entry(
    text: str,
    request: str = "{service: callback, path: /p}",
    calendars: Calendars = UNREAD,
    settings: Mapping[str, Settings] | None = None,
) -> Entry:
    """The one entry with these keys; only the freezes of the settings count."""
    (found,) = entries(text, request, calendars.freezing(settings or {}))
    return found


def entries(
    text: str, request: str = "{service: callback, path: /p}", calendars: Calendars = UNREAD
) -> tuple[Entry, ...]:
    keys = indent(dedent(text).strip(), "    ")
    catalog = checked(f"owner: team\nschedules:\n  a:\n{keys}\n    request: {request}\n", calendars=calendars)
    assert not catalog.errors, catalog.errors
    return catalog.entries
