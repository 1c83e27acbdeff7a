"""Secrets that the stack's settings bind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.wording import listed, suggestion
from schedule_client.contract import AddressError, parse_url

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "secret"
DOC = "a secret is bound in the stack's settings to the service or host it is sent to"

_POINTER = ("request", "auth", "secret")


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find secrets that the proxy would not send there."""
    auth = draft.request.get("auth")
    if not auth or "secret" not in auth:
        return
    name = auth["secret"]
    binding = settings.secrets.get(name)
    if binding is None:
        yield Fault(_POINTER, f'unknown secret "{name}": {suggestion(name, settings.secrets)}')
        return
    owner = settings.owners.get(draft.owner)
    if owner and owner.secrets is not None and name not in owner.secrets:
        message = f'the owner "{draft.owner}" may not use the secret "{name}": allowed are {listed(owner.secrets)}'
        yield Fault(_POINTER, message)
    service, host = draft.request.get("service"), _host(draft)
    if (service is not None or host) and not binding.admits(service, host, "catalog"):
        where = f'the service "{service}"' if service is not None else f'the host "{host}"'
        may = listed(binding.services if service is not None else binding.hosts)
        origin = "" if "catalog" in binding.origins else ', from another origin than "catalog"'
        yield Fault(_POINTER, f'the secret "{name}" may not be sent to {where}: it is bound to {may}{origin}')


def _host(draft: Draft) -> str:
    url = draft.request.get("url")
    try:
        return parse_url(url).netloc if url else ""
    except AddressError:
        return ""
