"""Access tokens of `oauth2` clients, from the token server that the settings name (RFC 6749 4.4)."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode

from proxy.certificates import identity
from proxy.destination import token_destination
from proxy.errors import HandshakeError, RefusedError, TransportError, UnavailableError
from proxy.message import Message
from proxy.outcome import of_reply
from schedule_client.contract.records import field, frozen, replace

if TYPE_CHECKING:
    from proxy.destination import Destination
    from proxy.routes import Routes
    from proxy.secrets import Asked, SecretStore
    from proxy.transport import Reply
    from proxy.wire import Wire

LONGEST_SECONDS = 3600
_WAIT_SECONDS = 10.0
_UNTOLD_SECONDS = 300
_REFUSALS = (400, 401)
# https://datatracker.ietf.org/doc/html/rfc6749#section-5.2
_ERRORS = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
)


@frozen
class _Login:
    """Text `id:secret` of a client, and the token URL with its TLS."""

    text: str = field(repr=False)
    address: Destination


def access_token(asked: Asked, secrets: SecretStore, wire: Wire, routes: Routes) -> tuple[str, int]:
    """Return a token, and its lifetime in seconds. Raises RefusedError and UnavailableError."""
    address = token_destination(asked.client.token_url or "", asked.settings, routes)
    login = _login(asked, address, secrets, refresh=asked.refresh)
    found = _answered(asked, login, wire)
    if _is_refused(found) and not asked.refresh:
        # The server may know newer secrets than the cache of this function.
        newer = _login(asked, address, secrets, refresh=True)
        found = _answered(asked, newer, wire) if newer != login else found
    if isinstance(found, TransportError):
        # Other errors than those of TLS are worded for targets.
        said = found.message if isinstance(found, HandshakeError) else found.reason
        message = f'the token server of the client "{asked.name}" gave no token: {said}'
        raise UnavailableError("token-unavailable", message)
    return _token_of(found, asked.name)


def _login(asked: Asked, address: Destination, secrets: SecretStore, *, refresh: bool) -> _Login:
    client, read = asked.client, partial(secrets.of_settings, settings=asked.settings, refresh=refresh)
    if address.endpoint.scheme == "https":
        address = replace(address, identity=identity(client.ca, client.client_certificate, read))
    return _Login(read(client.secret or "").strip(), address)


def _is_refused(found: Reply | TransportError) -> bool:
    return isinstance(found, HandshakeError) or (not isinstance(found, TransportError) and found.status in _REFUSALS)


def _answered(asked: Asked, login: _Login, wire: Wire) -> Reply | TransportError:
    request = _request(asked, login.text, login.address.address.netloc)
    if asked.seconds <= 0:
        raise UnavailableError("no-time", "the function has no time left to get a token")
    try:
        return wire.send(request, login.address, min(_WAIT_SECONDS, asked.seconds))
    except TransportError as error:
        return error


def _request(asked: Asked, login: str, host: str) -> Message:
    client = asked.client
    identifier, colon, password = login.partition(":")
    if not colon:
        message = f'the secret "{client.secret}" of the client "{asked.name}" is not of the form "id:secret"'
        raise RefusedError("secret-unusable", message)
    form = {"grant_type": "client_credentials", "scope": " ".join(client.scopes), "audience": client.audience}
    headers = {
        "Host": host,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": "schedule-catalog",
    }
    # https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1
    if client.login == "form":
        form |= {"client_id": identifier, "client_secret": password}
    else:
        basic = f"{quote(identifier, safe='')}:{quote(password, safe='')}".encode()
        headers["Authorization"] = f"Basic {b64encode(basic).decode()}"
    return Message("POST", headers, urlencode([(key, value) for key, value in form.items() if value]).encode())


def _token_of(reply: Reply, name: str) -> tuple[str, int]:
    """Token of a server's response, and its lifetime; of an error, only one of the standard's words is repeated."""
    members = _object(reply)
    verdict = of_reply(reply).verdict
    if verdict == "delivered" and reply.complete:
        kind, seconds = members.get("token_type", "bearer"), members.get("expires_in", _UNTOLD_SECONDS)
        if str(kind).lower() != "bearer":
            message = f'the token server of the client "{name}" gives no bearer tokens'
            raise RefusedError("token-refused", message)
        token = members.get("access_token")
        return token if isinstance(token, str) else "", _lifetime(seconds)
    said = next((f", {word}" for word in _ERRORS if members.get("error") == word), "")
    message = f'the token server of the client "{name}" answered {reply.status}{said}'
    if verdict == "permanent":
        raise RefusedError("token-refused", message)
    raise UnavailableError("token-unavailable", message)


def _lifetime(told: object) -> int:
    digits = str(told) if isinstance(told, int | str) else ""
    if not digits.isdecimal():
        return _UNTOLD_SECONDS
    # Python refuses to read a number of some thousand digits.
    return min(int(digits[:10]), LONGEST_SECONDS)


def _object(reply: Reply) -> dict[str, Any]:
    try:
        value: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
