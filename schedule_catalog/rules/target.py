"""Where a call goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.draft import Draft

ID = "target"
DOC = 'a request has "url", or "service" and "path", once defaults and stack are merged'


def check(draft: Draft) -> Iterator[Fault]:
    """Find requests whose target is not whole."""
    request = draft.request
    if draft.partial:
        return
    if "url" in request:
        extra = [key for key in ("service", "path") if key in request]
        if extra:
            yield Fault(("request", extra[0]), f'"url" and "{extra[0]}" exclude each other: keep one', at_key=True)
    elif "service" not in request:
        message = 'the request has no target: write "url", or "service" (which "defaults" may name) and "path"'
        yield Fault(("request",), message, at_key=True)
    elif "path" not in request:
        yield Fault(("request",), f'"path" is missing: what to call of the service "{request["service"]}"', at_key=True)
