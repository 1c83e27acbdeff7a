"""That an edit says what it should, and nothing else: asked of every edited text before it is written."""

from __future__ import annotations

import json
from typing import Any

from schedule_catalog.document import parse_document
from schedule_catalog.editing.errors import EditError


def assert_meaning(data: bytes, expected: Any, what: str) -> None:
    """Raise EditError when *data* does not read as *expected*."""
    found = parse_document(data, what)
    if not found.readable or not same(found.value, expected):
        raise EditError(f"{what} cannot be edited without changing what else it says: edit it by hand")


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1, 1.0 and true differ, the order of keys does not count."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
