"""Both sides of a change, written as YAML."""

from __future__ import annotations

from datetime import UTC, datetime

from schedule_catalog.calendars import UNREAD
from schedule_catalog.diff import Comparison, RevisionFile, compare
from schedule_catalog.document import parse_document

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
CALL = 'request: {url: "https://a.example.com/x"}'


def source(name: str, *entries: str) -> RevisionFile:
    data = ("owner: billing\nschedules:\n" + "".join(f"  {entry}\n" for entry in entries)).encode()
    return RevisionFile(name, data, lambda: parse_document(data, name))


def compared(before: list[str], after: list[str]) -> Comparison:
    return compare(
        [source("base:a.yaml", *before)], [source("a.yaml", *after)], settings={}, calendars=(UNREAD, UNREAD), now=NOW
    )
