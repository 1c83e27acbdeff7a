"""Parameters of a request, as the text of a query or of a form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_client.contract.json_value import Scalar
    from schedule_client.contract.request import Param


def query_text(params: Mapping[str, Param]) -> str:
    """Return *params* as part of a query: a space is %20."""
    return "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in _pairs(params))


def form_text(form: Mapping[str, Param]) -> str:
    """Return *form* as application/x-www-form-urlencoded: a space is "+"."""
    return "&".join(f"{quote_plus(name)}={quote_plus(text)}" for name, text in _pairs(form))


def _pairs(params: Mapping[str, Param]) -> Iterator[tuple[str, str]]:
    """Parameters in order: a list repeats its name, null is omitted, numbers and booleans are written as in JSON."""
    for name, value in params.items():
        for item in value if isinstance(value, list) else [cast("Scalar", value)]:
            if item is not None:
                yield name, _written(item)


def _written(item: Scalar) -> str:
    return item if isinstance(item, str) else json.dumps(item)
