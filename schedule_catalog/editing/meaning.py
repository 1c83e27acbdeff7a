"""Proof that an edit changes only what it should, made for every edited text before it is written."""

from __future__ import annotations

import json
from typing import Any

from schedule_catalog.document import parse_document
from schedule_catalog.editing.errors import EditError


def assert_meaning(data: bytes, expected: Any, what: str) -> None:
    """Raise EditError if *data* does not read as *expected*."""
    found = parse_document(data, what)
    if not found.readable or not same(found.value, expected):
        raise EditError(f"{what} cannot be edited without other changes: edit it by hand")


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: 1, 1.0 and true differ, the order of keys does not count."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
