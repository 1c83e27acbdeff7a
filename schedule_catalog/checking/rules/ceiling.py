"""The most that a request may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "ceiling"
DOC = "a request asks for no more attempts, age or time than the stack's settings allow"


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find limits that the proxy would cut."""
    retry: Mapping[str, int] = draft.values.get("retry") or {}
    ceilings = {"max_attempts": settings.retry.most_attempts, "max_age_minutes": settings.retry.most_age_minutes}
    for key, most in ceilings.items():
        if retry.get(key, 0) > most:
            yield Fault(("retry", key), f'"{key}" is {retry[key]}, and {most} is the most that the settings allow')
    seconds = draft.values.get("timeout_seconds", 0)
    most = settings.proxy.timeout_seconds
    if seconds > most:
        message = f'"timeout_seconds" is {seconds}, and the proxy itself ends after {most} s'
        yield Fault(("timeout_seconds",), message)
