"""Machine output, held to the schema of its kind."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMAS = Path(__file__).parents[3] / "schemas" / "output"


def document(printed: str) -> dict[str, Any]:
    """The one document that was printed; it has every member that its schema requires, and no other."""
    found: dict[str, Any] = json.loads(printed)
    _validator(found["kind"]).validate(found)
    return found


def kinds() -> set[str]:
    """The kinds that have a schema."""
    return {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")}


@cache
def _validator(kind: str) -> Any:
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text())
    return jsonschema_rs.validator_for(_closed(schema))


def _closed(schema: Any) -> Any:
    """Published schemas let readers meet members of the future; our own output has none that is not written down."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return {"additionalProperties": False} | closed if "properties" in schema else closed
