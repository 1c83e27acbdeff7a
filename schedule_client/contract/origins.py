"""Origins: whose a call is. The alias by which the proxy was invoked says it, and nothing in the event does."""

from __future__ import annotations

import re
from functools import cache

CATALOG = "catalog"
"""The reviewed schedules."""
CALLBACK = "callback"
"""The callback service's own schedules."""
ADHOC = "adhoc"
"""Run-time calls of the applications that have no origin of their own yet."""
RETRY = "retry"
"""The alias of the retry queue; each of its messages carries the origin of its run."""
DIRECT = "direct"
"""An invocation of the function, or of a version of it, by no alias."""
RESERVED = (CATALOG, CALLBACK, ADHOC, RETRY, DIRECT)
"""Origins that are not an application's; every other one is the application's key in the settings."""


def origin_of(function_arn: str) -> str:
    """The alias in the ARN by which a function was invoked; DIRECT for a version's, and for none."""
    parts = function_arn.split(":")
    alias = parts[7] if len(parts) == 8 else ""
    return alias if _alias().fullmatch(alias) else DIRECT


@cache
def _alias() -> re.Pattern[str]:
    # A version of a function is a number or "$LATEST".
    return re.compile(r"(?![0-9]+$)[a-z0-9][a-z0-9-]{0,19}")
