"""The command of a job as the call that it makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from schedule_catalog.importing.curl import curl_values
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.shell import words

if TYPE_CHECKING:
    from schedule_catalog.importing.target import Targets

_LONGEST = 63


def call_of(arguments: list[str], given: str | None, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    """Return the keys of the entry that say what a command calls, and notes; NotConvertibleError for no plain call."""
    if not arguments or arguments[0].rpartition("/")[2] != "curl":
        raise NotConvertibleError(
            "its command is no plain curl: make it an endpoint, and name that with --url https://…/{name}"
        )
    return curl_values(arguments[1:], given, targets)


def call_of_line(command: str, given: str | None, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    """Return the same for a command as a shell reads it."""
    return call_of(words(command), given, targets)


def name_of(values: dict[str, Any]) -> str:
    """Return a name for an entry, from what it calls."""
    request: dict[str, str] = values["request"]
    url = urlsplit(request.get("url") or request["path"])
    parts = [part for part in url.path.split("/") if part and not re.fullmatch(r"api|v[0-9]+", part)][-2:]
    host = request.get("service") or (url.hostname or "job").split(".")[0]
    return valid_name("-".join(parts) or host)


def valid_name(text: str) -> str:
    """Return the nearest text that may name a schedule."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST].strip("-") or "job"
