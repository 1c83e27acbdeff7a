"""The service on Lambda, behind an HTTP API."""

from __future__ import annotations

from functools import cache
from typing import Any

from mangum import Mangum

from callback_api.app import create_app
from callback_api.log import write_lines
from callback_api.settings import Settings


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's handler: an event of payload format 2.0 in, its answer out."""
    return _adapter()(event, context)


@cache
def _adapter() -> Mangum:
    settings = Settings.read(env_file=None)
    write_lines(settings.log_level)
    return Mangum(create_app(settings))
