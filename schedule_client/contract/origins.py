"""Origins of calls. Only the alias by which the proxy was invoked decides the origin, nothing in the event."""

from __future__ import annotations

import re
from functools import cache

CATALOG = "catalog"
"""Reviewed schedules."""
CALLBACK = "callback"
"""Callback service's own schedules."""
ADHOC = "adhoc"
"""Run-time calls of the applications that do not have their own origin yet."""
RETRY = "retry"
"""Alias of the retry queue; each of its messages contains the origin of its run."""
DIRECT = "direct"
"""Invocation of the function, or of a version of it, without an alias."""
RESERVED = (CATALOG, CALLBACK, ADHOC, RETRY, DIRECT)
"""Origins that are not an application's; every other one is the application's key in the settings."""


def origin_of(function_arn: str) -> str:
    """Return the alias in the ARN by which a function was invoked; DIRECT for a version's, and without one."""
    parts = function_arn.split(":")
    alias = parts[7] if len(parts) == 8 else ""
    return alias if _alias().fullmatch(alias) else DIRECT


@cache
def _alias() -> re.Pattern[str]:
    # A version of a function is a number or "$LATEST".
    return re.compile(r"(?![0-9]+$)[a-z0-9][a-z0-9-]{0,19}")
