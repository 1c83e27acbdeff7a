"""Service on Lambda, behind an HTTP API."""

from __future__ import annotations

from functools import cache
from typing import Any

from mangum import Mangum

from callback_api.app import create_app
from callback_api.log import write_lines
from callback_api.settings import Settings


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's handler: receives an event of payload format 2.0, returns its response.

    A domain or a named stage may add a prefix to the path of the route; only `Location` contains it.
    """
    before, path = split_path(str(event.get("rawPath", "/")), str(event.get("routeKey", "")))
    http = {**event["requestContext"]["http"], "path": path}
    own = {**event, "rawPath": path, "requestContext": {**event["requestContext"], "http": http, "stage": "$default"}}
    answer = _adapter()(own, context)
    headers: dict[str, str] = answer["headers"]
    if before and headers.get("location", "").startswith("/"):
        headers["location"] = before + headers["location"]
    return answer


def split_path(path: str, route: str) -> tuple[str, str]:
    """Prefix of `path`, and the part that a route such as "GET /api/v1/tasks/{task_id}" matches.

    An API may give its routes a stage or a domain's mapping before; only a route of its own has no such part.
    """
    _, found, template = route.partition(" /")
    if not found:
        return "", path
    parts = path.strip("/").split("/") if path.strip("/") else []
    own = len(template.split("/")) if template else 0
    before = parts[: max(len(parts) - own, 0)]
    return "".join(f"/{part}" for part in before), "/" + "/".join(parts[len(before) :])


@cache
def _adapter() -> Mangum:
    settings = Settings.read(env_file=None)
    write_lines(settings.log_level)
    return Mangum(create_app(settings))
