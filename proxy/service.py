"""Destination of a call whose service needs more than a base URL: a secret URL, or certificates of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from proxy.certificates import identity
from proxy.destination import destination
from proxy.errors import RefusedError
from schedule_client.contract.address import parse_url
from schedule_client.contract.errors import AddressError
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.certificates import Read
    from proxy.destination import Destination
    from proxy.routes import Routes
    from proxy.run import Run
    from schedule_client.contract.address import Address
    from schedule_client.contract.proxy_settings import ProxySettings

# Shorter parts of a path are words.
_LEAST_PART = 8


def reached(run: Run, settings: ProxySettings, routes: Routes, read: Read) -> Destination:
    """Return the destination of `run`, with what its service needs; no secret is read for a call that may not use it.

    Raises the errors of `destination` and of `read`, and RefusedError (`service-unbound`, `secret-unusable`).
    """
    service = run.request.service or ""
    access = settings.access[service]
    if access.origins is not None and run.origin not in access.origins:
        message = f'the stack\'s settings do not let "{run.origin}" calls use the service "{service}"'
        raise RefusedError("service-unbound", message)
    base = None if access.url_secret is None else _secret_url(access.url_secret, settings.services[service], read)
    found = destination(run.request, settings, routes, base)
    if base is not None:
        found = replace(found, hidden=tuple(_telling(base, found)))
    return (
        replace(found, identity=identity(access.ca, access.client_certificate, read))
        if found.endpoint.scheme == "https"
        else found
    )


def _secret_url(name: str, declared: str, read: Read) -> Address:
    """URL in a secret, which must be at the declared host: the allowed hosts are in the settings, not in a secret."""
    host, found = parse_url(declared), _address(read(name).strip())
    if found is None or (found.scheme, found.netloc) != (host.scheme, host.netloc):
        raise RefusedError("secret-unusable", f'the secret "{name}" is not an https URL at the host "{host.netloc}"')
    return found


def _address(text: str) -> Address | None:
    """Address of a text, or None: the error would quote the secret."""
    try:
        return parse_url(text)
    except AddressError:
        return None


def _telling(base: Address, found: Destination) -> Iterator[str]:
    """Texts that tell the secret of a URL: the path and query, and each long part of them that is not a plain word."""
    path = f"{base.path}?{base.query}" if base.query else base.path
    yield from dict.fromkeys((found.target, path, base.path))
    parts = (*base.path.split("/"), *(pair.partition("=")[2] for pair in base.query.split("&")))
    for part in parts:
        if len(part) >= _LEAST_PART and not (part.isalpha() and part.islower()):
            yield from dict.fromkeys((part, unquote(part)))
