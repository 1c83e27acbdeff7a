"""JSON Schemas: in the installed package, or beside it in a checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "schemas", _PACKAGE.parent / "schemas")


@cache
def schema(name: Literal["schedule", "calendar", "request"]) -> dict[str, Any]:
    """Return the schema of a catalog file, a calendar, or the proxy's event; callers must not change it."""
    return json.loads(schema_text(name))


def schema_text(name: str) -> str:
    """Return the text of a schema."""
    file = f"{name}.schema.json"
    path = next(folder / file for folder in _FOLDERS if (folder / file).is_file())
    return path.read_text("utf-8")
