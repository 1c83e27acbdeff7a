"""Fields of a form that a browser sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.requests import Request

_MOST_BYTES = 256 * 1024
_MOST_FIELDS = 20_000


Form: TypeAlias = Mapping[str, list[str]]
"""Values of each field, by its name."""


async def read_form(request: Request) -> Form:
    """Return the fields by name; none of a body that is larger than any of ours, which then confirms nothing."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return {}
    try:
        return parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # too many fields
        return {}
