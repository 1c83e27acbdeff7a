"""Where a call goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "target"
DOC = 'a request has "url", or "service" and "path", once defaults and stack are merged'


def check(draft: Draft) -> Iterator[Fault]:
    """Find requests whose target is not whole."""
    request = draft.request
    if draft.partial:
        return
    if "url" in request:
        return
    if "service" not in request:
        message = 'the request has no target: write "url", or "service" (which "defaults" may name) and "path"'
        yield Fault(("request",), message, at_key=True)
    elif "path" not in request:
        yield Fault(("request",), f'"path" is missing: what to call of the service "{request["service"]}"', at_key=True)
