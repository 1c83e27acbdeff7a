"""What the proxy would refuse, by the contract's own checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_client.contract import request_findings

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "request"
IDS = {
    "url": "a url is absolute and https, a path stays below its service",
    "header": "header names and values are those of HTTP, and none is the proxy's own",
    "body": "a GET or HEAD has no body",
    "credential": "a catalog names secrets and holds none",
    "placeholder": "only the two keywords of EventBridge Scheduler are filled in, and only where they may stand",
}


def check(draft: Draft) -> Iterator[Fault]:
    """Find what is wrong with the merged request."""
    for finding in request_findings(draft.request):
        yield Fault(("request", *finding.pointer), finding.message, at_key=finding.on_key, rule=finding.rule)
