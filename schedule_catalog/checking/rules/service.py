"""Services that the stack's settings declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.settings import BUILT_IN_SERVICE, Settings
from schedule_catalog.wording import listed, suggestion

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "service"
DOC = "a service is declared in the stack's settings, and its schedule's owner may call it"


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find services without a base URL, and those that are not the owner's."""
    name = draft.request.get("service")
    if name is None:
        return
    if name != BUILT_IN_SERVICE and name not in settings.services:
        known = {BUILT_IN_SERVICE, *settings.services}
        yield Fault(("request", "service"), f'unknown service "{name}": {suggestion(name, known)}')
        return
    owner = settings.owners.get(draft.owner)
    if owner and owner.services is not None and name not in owner.services:
        message = f'the owner "{draft.owner}" may not call the service "{name}": allowed are {listed(owner.services)}'
        yield Fault(("request", "service"), message)
