"""Keywords that EventBridge Scheduler replaces, and texts that look like templates but are not replaced.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from schedule_client.contract.json_value import shown

SCHEDULE_ARN = "<aws.scheduler.schedule-arn>"
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
PREFIX = "<aws.scheduler."


def keyword_mistakes(text: str, allowed: bool) -> Iterator[str]:
    """Return a message for each `<aws.scheduler.` in `text` that is unknown, or not allowed there."""
    if PREFIX not in text:
        return
    for keyword in map(shown, _keywords().findall(text)):
        if not allowed:
            yield f'"{keyword}" is not replaced here: it is allowed in the body, in "params" and in header values'
        elif keyword not in (SCHEDULE_ARN, SCHEDULED_TIME):
            yield f'unknown keyword "{keyword}": known are "{SCHEDULED_TIME}" and "{SCHEDULE_ARN}"'


def template(text: str) -> str | None:
    """Return the first `${X}`, `{{ x }}`, `$X`, `%X%` or `#{x}` in `text`, which nothing replaces."""
    if "$" in text or "{" in text or "%" in text:
        found = _templates().search(text)
        return found.group() if found else None
    return None


@cache
def _keywords() -> re.Pattern[str]:
    return re.compile(r"<aws\.scheduler\.[^<>\s\"']{0,40}>?")


@cache
def _templates() -> re.Pattern[str]:
    return re.compile(
        r"\$?\{\{[^{}]{1,80}\}\}|[$#]\{[^{}]{1,80}\}|(?<![\w$])\$[A-Z_][A-Z0-9_]{2,}\b|%[A-Z_][A-Z0-9_]{2,}%"
    )
