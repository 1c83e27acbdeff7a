"""Hosts that the stack's settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.wording import listed
from schedule_client.contract import AddressError, parse_url

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "host"
DOC = "the host of a url is allowed by the stack's settings, and its schedule's owner may call it"


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find hosts that the proxy would not call."""
    url = draft.request.get("url")
    if url is None:
        return
    try:
        address = parse_url(url)
    except AddressError:
        return
    refusal = address.refusal(settings.hosts, settings.http_hosts)
    owner = settings.owners.get(draft.owner)
    if refusal:
        yield Fault(("request", "url"), refusal)
    elif owner and owner.hosts is not None and address.netloc not in owner.hosts:
        message = (
            f'the owner "{draft.owner}" may not call the host "{address.netloc}": allowed are {listed(owner.hosts)}'
        )
        yield Fault(("request", "url"), message)
