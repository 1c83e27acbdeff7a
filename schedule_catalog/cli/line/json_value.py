"""JSON value of an option, with what a catalog file cannot hold refused by name."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from typing import Any

from schedule_catalog.document.scalars import ScalarError, core_scalar, finite
from schedule_catalog.wording import quoted


def json_value(text: str) -> Any:
    """Return the value that a text names; a file would change or lose what is refused here."""
    try:
        return json.loads(
            text,
            parse_int=core_scalar,
            parse_float=lambda number: finite(float(number)),
            parse_constant=_no_constant,
            object_pairs_hook=_members,
        )
    except ScalarError as error:
        raise ArgumentTypeError(str(error)) from None
    except (ValueError, RecursionError):
        raise ArgumentTypeError("""not valid JSON: write for example '{"mode": "fast"}' or '"a text"'""") from None


def _no_constant(name: str) -> Any:
    raise ScalarError(f'"{name}" is not a number that JSON can hold: quote it or write a finite number')


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ArgumentTypeError(f"duplicate key {quoted(name)}: remove one of them")
        members[name] = value
    return members
