"""Access tokens of `oauth2` clients, from the token server that the settings name (RFC 6749 4.4)."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode

from proxy.destination import token_destination
from proxy.errors import RefusedError, TransportError, UnavailableError
from proxy.message import Message
from proxy.outcome import of_reply

if TYPE_CHECKING:
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


def access_token(asked: Asked, secrets: SecretStore, wire: Wire, routes: Routes) -> tuple[str, int]:
    """Return a token, and its lifetime in seconds. Raises RefusedError and UnavailableError."""
    name, settings = asked.client.secret or "", asked.settings
    text = secrets.of_settings(name, settings, refresh=asked.refresh)
    reply = _answered(asked, text, wire, routes)
    if reply.status in _REFUSALS and not asked.refresh:
        # The server may know a newer secret than the cache of this function.
        newer = secrets.of_settings(name, settings, refresh=True)
        reply = _answered(asked, newer, wire, routes) if newer != text else reply
    return _token_of(reply, asked.name)


def _answered(asked: Asked, secret: str, wire: Wire, routes: Routes) -> Reply:
    client = asked.client
    address = token_destination(client.token_url or "", asked.settings, routes)
    identifier, colon, password = secret.strip().partition(":")
    if not colon:
        message = f'the secret "{client.secret}" of the client "{asked.name}" is not of the form "id:secret"'
        raise RefusedError("secret-unusable", message)
    # https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1
    login = f"{quote(identifier, safe='')}:{quote(password, safe='')}".encode()
    form = {"grant_type": "client_credentials", "scope": " ".join(client.scopes), "audience": client.audience}
    headers = {
        "Host": address.address.netloc,
        "Authorization": f"Basic {b64encode(login).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": "schedule-catalog",
    }
    body = urlencode([(key, value) for key, value in form.items() if value]).encode()
    if asked.seconds <= 0:
        raise UnavailableError("no-time", "the function has no time left to get a token")
    try:
        return wire.send(Message("POST", headers, body), address, min(_WAIT_SECONDS, asked.seconds))
    except TransportError as error:
        message = f'the token server of the client "{asked.name}" gave no token: {error.reason}'
        failure = UnavailableError("token-unavailable", message)
    raise failure


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
        lifetime = min(int(seconds), LONGEST_SECONDS) if str(seconds).isdecimal() else _UNTOLD_SECONDS
        return token if isinstance(token, str) else "", lifetime
    said = next((f", {word}" for word in _ERRORS if members.get("error") == word), "")
    message = f'the token server of the client "{name}" answered {reply.status}{said}'
    if verdict == "permanent":
        raise RefusedError("token-refused", message)
    raise UnavailableError("token-unavailable", message)


def _object(reply: Reply) -> dict[str, Any]:
    try:
        value: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
