"""Fields of a form that a browser sends."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_MOST_BYTES = 256 * 1024
_MOST_FIELDS = 20_000


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """Return the fields by name; none of a body that is larger than any of ours, which then confirms nothing."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return {}
    return parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
