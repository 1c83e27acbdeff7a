"""Destination of a run's call: its service, its path, its allowed host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.encoding import query_text
from proxy.errors import RefusedError
from schedule_client.contract.address import Address, join_path, parse_url
from schedule_client.contract.errors import AddressError
from schedule_client.contract.records import frozen
from schedule_client.contract.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.certificates import TlsIdentity
    from proxy.routes import Routes
    from schedule_client.contract.proxy_settings import ProxySettings
    from schedule_client.contract.request import Param


@frozen
class Destination:
    """Called address, the request target (path and query), and the endpoint of the connection.

    cidrs: networks in which that endpoint may be, besides public addresses.
    identity: TLS of its service, if that has its own.
    hidden: texts that no response may repeat, if the address is a secret; the repr shows only the host.
    """

    address: Address
    target: str
    endpoint: Address
    cidrs: tuple[str, ...] = ()
    identity: TlsIdentity | None = None
    hidden: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Destination({self.address.netloc!r})"


def destination(request: Request, settings: ProxySettings, routes: Routes, base: Address | None = None) -> Destination:
    """Return the destination that the settings allow for `request`; `base` is the URL of its service if secret.

    Raises RefusedError (`bad-address`, `unknown-service`, `bad-service`, `host-not-allowed`).
    """
    if base is not None:
        address = _below(base, request)
    else:
        address = _service_address(request, settings) if request.service is not None else _url_address(request)
    hosts, http_hosts = settings.hosts, settings.http_hosts
    if request.service is not None:
        # A declared service allows its host; plain http still needs its own permission.
        hosts = (*hosts, address.netloc)
    if (refusal := address.refusal(hosts, http_hosts)) and not routes.is_laptop_service(address):
        raise RefusedError("host-not-allowed", refusal)
    endpoint, cidrs = routes.endpoint(address), routes.cidrs(address) or settings.cidrs
    return Destination(address, _target(address, request.params), endpoint, cidrs)


def token_destination(url: str, settings: ProxySettings, routes: Routes) -> Destination:
    """Return the destination of the token URL of a client, whose host the settings allow by declaring it.

    Raises RefusedError (`bad-address`, `host-not-allowed`).
    """
    address = _url_address(Request(url=url))
    if (refusal := address.refusal((address.netloc,), settings.http_hosts)) and not routes.is_laptop_service(address):
        raise RefusedError("host-not-allowed", refusal)
    return Destination(address, _target(address, {}), routes.endpoint(address), routes.cidrs(address) or settings.cidrs)


def _url_address(request: Request) -> Address:
    try:
        return parse_url(request.url or "")
    except AddressError as error:
        raise RefusedError("bad-address", str(error)) from None


def _service_address(request: Request, settings: ProxySettings) -> Address:
    base = settings.services.get(request.service or "")
    if base is None:
        raise RefusedError("unknown-service", f'the stack\'s settings have no service "{request.service}"')
    try:
        address = parse_url(base)
    except AddressError as error:
        raise RefusedError("bad-service", f'the base URL of the service "{request.service}": {error}') from None
    return _joined(address, request)


def _below(base: Address, request: Request) -> Address:
    """Address below a secret URL: the path "/" is that URL itself, to which no slash is added."""
    return base if request.path == "/" else _joined(base, request)


def _joined(base: Address, request: Request) -> Address:
    try:
        return join_path(base, request.path or "")
    except AddressError as error:
        raise RefusedError("bad-address", str(error)) from None


def _target(address: Address, params: Mapping[str, Param]) -> str:
    query = "&".join(filter(None, (address.query, query_text(params))))
    return f"{address.path}?{query}" if query else address.path
