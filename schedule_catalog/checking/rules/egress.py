"""Destinations that the proxy of a stack may call, and the secrets it may send there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import Rule, StackRule
from schedule_catalog.settings import BUILT_IN_SERVICE, Settings, may_call
from schedule_catalog.wording import listed, suggestion
from schedule_client.contract.address import parse_url
from schedule_client.contract.errors import AddressError
from schedule_client.contract.origins import CATALOG

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings
    from schedule_client.contract.bindings import SecretBinding


def _service(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find services without a base URL, and services that the owner may not call."""
    name = draft.request.get("service")
    if name is None:
        return
    if name != BUILT_IN_SERVICE and name not in settings.services:
        known = {BUILT_IN_SERVICE, *settings.services}
        yield Fault(("request", "service"), f'unknown service "{name}": {suggestion(name, known)}')
        return
    if not may_call(settings, name, CATALOG):
        allowed = listed(settings.access[name].origins or ())
        yield Fault(
            ("request", "service"), f'the service "{name}" takes no calls of the catalog: allowed are {allowed}'
        )
    owner = settings.owners.get(draft.owner)
    if owner and (refusal := _refusal(draft, owner.services, "call the service", name)):
        yield Fault(("request", "service"), refusal)


def _host(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find hosts that the proxy does not call."""
    url = draft.request.get("url")
    if url is None:
        return
    try:
        address = parse_url(url)
    except AddressError:
        return
    refusal = address.refusal(settings.hosts, settings.http_hosts)
    owner = settings.owners.get(draft.owner)
    if refusal or (owner and (refusal := _refusal(draft, owner.hosts, "call the host", address.netloc))):
        yield Fault(("request", "url"), refusal)


_SECRET = ("request", "auth", "secret")


def _secret(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find secrets that the proxy does not send to the destination."""
    auth = draft.request.get("auth")
    if not auth or "secret" not in auth:
        return
    name = auth["secret"]
    binding = settings.secrets.get(name)
    if binding is None:
        yield Fault(_SECRET, f'unknown secret "{name}": {suggestion(name, settings.secrets)}')
        return
    owner = settings.owners.get(draft.owner)
    if owner and (refusal := _refusal(draft, owner.secrets, "use the secret", name)):
        yield Fault(_SECRET, refusal)
    if found := _elsewhere(draft, binding):
        yield Fault(_SECRET, f'the secret "{name}" may not be sent to {found}')


_CLIENT = ("request", "auth", "client")


def _client(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find clients that the settings do not have for the destination."""
    auth = draft.request.get("auth")
    if not auth or "client" not in auth:
        return
    name = auth["client"]
    client = settings.clients.get(name)
    if client is None:
        yield Fault(_CLIENT, f'unknown client "{name}": {suggestion(name, settings.clients)}')
        return
    if client.type != auth.get("type", client.type):
        yield Fault(_CLIENT, f'the client "{name}" is of the type "{client.type}": write type: {client.type}')
    owner = settings.owners.get(draft.owner)
    if owner and (refusal := _refusal(draft, owner.clients, "use the client", name)):
        yield Fault(_CLIENT, refusal)
    elif found := _elsewhere(draft, client.binding):
        yield Fault(_CLIENT, f'the client "{name}" may not be used for {found}')


def _refusal(draft: Draft, allowed: Collection[str] | None, doing: str, name: str) -> str | None:
    """Message about something that the settings do not allow to the owner of a draft."""
    if allowed is None or name in allowed:
        return None
    return f'the owner "{draft.owner}" may not {doing} "{name}": allowed are {listed(allowed)}'


def _elsewhere(draft: Draft, binding: SecretBinding) -> str | None:
    """Destination of a draft that a binding does not admit, and what it admits."""
    service, host = draft.request.get("service"), _host_of(draft)
    if (service is None and not host) or binding.admits(service, host, CATALOG):
        return None
    where = f'the service "{service}"' if service is not None else f'the host "{host}"'
    may = listed(binding.services if service is not None else binding.hosts)
    origin = "" if CATALOG in binding.origins else f', by another origin than "{CATALOG}"'
    return f"{where}: it is bound to {may}{origin}"


def _host_of(draft: Draft) -> str:
    url = draft.request.get("url")
    try:
        return parse_url(url).netloc if url else ""
    except AddressError:
        return ""


SERVICE: StackRule = Rule(
    "service",
    "a service is declared in the stack's settings, and its schedule's owner may call it",
    _service,
)
HOST: StackRule = Rule(
    "host",
    "the host of a url is allowed by the stack's settings, and its schedule's owner may call it",
    _host,
)
SECRET: StackRule = Rule(
    "secret",
    "a secret is bound in the stack's settings to the service or host it is sent to",
    _secret,
)
CLIENT: StackRule = Rule(
    "client",
    "a client is declared in the stack's settings, with its type, for the service or host that is called",
    _client,
)
