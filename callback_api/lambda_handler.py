"""The service on Lambda, behind an HTTP API."""

from __future__ import annotations

from functools import cache
from typing import Any

from mangum import Mangum

from callback_api.app import create_app


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's handler: an event of payload format 2.0 in, its answer out."""
    return _adapter()(event, context)


@cache
def _adapter() -> Mangum:
    return Mangum(create_app())
