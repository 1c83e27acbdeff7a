"""Tokens and role keys of declared clients, which the proxy gets when a call needs them.

They are cached in this process, for a client and an origin, and are never in a log, a queue or the ledger. Without one
nothing is sent: `token-refused` is permanent, after `token-unavailable` the run waits, and no attempt counts.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote, urlencode

from proxy.aws import AwsRequestError
from proxy.destination import token_destination
from proxy.errors import RefusedError, TransportError, UnavailableError
from proxy.message import Message
from proxy.outcome import of_reply
from proxy.secrets import RoleKey
from proxy.sigv4 import AwsKey, Scope
from schedule_client.contract import field, frozen, header_mistake, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.aws import Aws
    from proxy.routes import Routes
    from proxy.run import Run
    from proxy.secrets import Credentials, SecretStore
    from proxy.transport import Reply
    from proxy.wire import Wire
    from schedule_client.contract import AuthClient, ProxySettings

TOKEN_SECONDS, ROLE_SECONDS = 300, 3600
"""Lifetime of a token of STS, and of a role's key; a role that assumes another one may do so for an hour at most.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""
_WAIT_SECONDS = 10.0
# A credential is renewed this long before its end, as a call takes its time.
_EARLY = timedelta(seconds=60)
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
_ADVICE = {
    "OutboundWebIdentityFederationDisabledException": (
        "the account issues no tokens yet, run: aws iam enable-outbound-web-identity-federation"
    ),
    "AccessDenied": "the proxy's role, and for sigv4 the trust policy of the client's role, must allow it",
}


@frozen
class _Kept:
    """Token or role key, and the time at which it is renewed."""

    credential: str | RoleKey = field(repr=False)
    until: datetime


class _Asked(NamedTuple):
    """Request for the credential of a client, for calls of an origin."""

    name: str
    client: AuthClient
    origin: str
    settings: ProxySettings
    seconds: float
    refresh: bool


class Tokens:
    """Gets the credentials of declared clients; `now` is aware, and `stack` is a tag of the tokens of STS."""

    def __init__(
        self, aws: Aws, secrets: SecretStore, wire: Wire, routes: Routes, now: Callable[[], datetime], stack: str
    ) -> None:
        self._aws, self._secrets, self._wire, self._routes = aws, secrets, wire, routes
        self._now, self._stack = now, stack
        self._kept: dict[tuple[str, str], _Kept] = {}

    def granted(
        self, held: Credentials, run: Run, host: str, settings: ProxySettings, seconds: float, *, refresh: bool = False
    ) -> Credentials:
        """Return `held` with the credential of the client that `run` names, for `host` (as in a Host header).

        It takes about `seconds` at most; `refresh` gets a new one. Raises RefusedError (`client-unbound`,
        `token-refused`, `secret-missing`) and UnavailableError (`token-unavailable`, `secret-store`).
        """
        name, client = _client(run, host, settings)
        key, now = (name, run.origin), self._now()
        found = self._kept.get(key)
        if refresh or found is None or now >= found.until:
            self._kept.pop(key, None)
            credential, lifetime = self._new(_Asked(name, client, run.origin, settings, seconds, refresh))
            found = self._kept[key] = _Kept(credential, now + timedelta(seconds=lifetime) - _EARLY)
        if isinstance(found.credential, RoleKey):
            return replace(held, role=found.credential)
        return replace(held, secret=found.credential)

    def _new(self, asked: _Asked) -> tuple[str | RoleKey, int]:
        """New credential, and its lifetime in seconds."""
        match asked.client.type:
            case "oidc":
                return _usable(self._identity_token(asked), asked.name), TOKEN_SECONDS
            case "oauth2":
                return self._access_token(asked)
            case "sigv4":
                return self._role_key(asked), ROLE_SECONDS

    def _identity_token(self, asked: _Asked) -> str:
        tags = [{"Key": "origin", "Value": asked.origin}, {"Key": "stack", "Value": self._stack}]
        answer = self._sts(
            "GetWebIdentityToken",
            {
                "Audience": [asked.client.audience],
                "DurationSeconds": TOKEN_SECONDS,
                # The only one that API Gateway's authorizers accept:
                # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
                "SigningAlgorithm": "RS256",
                "Tags": tags,
            },
            asked.name,
        )
        return str(answer.get("WebIdentityToken", ""))

    def _role_key(self, asked: _Asked) -> RoleKey:
        client = asked.client
        members = {
            "RoleArn": client.role,
            "RoleSessionName": f"schedule-catalog-{asked.origin}",
            "DurationSeconds": ROLE_SECONDS,
        }
        answer = self._sts("AssumeRole", members, asked.name).get("Credentials", {})
        identifier, secret, token = (answer.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        if not (identifier and secret and token):
            raise UnavailableError("token-unavailable", f'STS answered without a key for the client "{asked.name}"')
        return RoleKey(AwsKey(identifier, secret, token), Scope(client.region or "", client.aws_service or ""))

    def _sts(self, operation: str, members: dict[str, Any], name: str) -> dict[str, Any]:
        try:
            return self._aws("sts", operation, members)
        except AwsRequestError as error:
            if error.is_passing:
                said = error.code or "no response"
                message = f'STS gives nothing for the client "{name}" at the moment: {said}'
                failure: Exception = UnavailableError("token-unavailable", message)
            else:
                why = _ADVICE.get(error.code or "", "see the client's settings")
                message = f'STS refuses the client "{name}" ({operation}, {error.code}): {why}'
                failure = RefusedError("token-refused", message)
        raise failure

    def _access_token(self, asked: _Asked) -> tuple[str, int]:
        name, settings = asked.client.secret or "", asked.settings
        text = self._secrets.of_settings(name, settings, refresh=asked.refresh)
        reply = self._answered(asked, text)
        if reply.status in _REFUSALS and not asked.refresh:
            # The server may know a newer secret than the cache of this function.
            newer = self._secrets.of_settings(name, settings, refresh=True)
            reply = self._answered(asked, newer) if newer != text else reply
        return _token_of(reply, asked.name)

    def _answered(self, asked: _Asked, secret: str) -> Reply:
        client = asked.client
        address = token_destination(client.token_url or "", asked.settings, self._routes)
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
            return self._wire.send(Message("POST", headers, body), address, min(_WAIT_SECONDS, asked.seconds))
        except TransportError as error:
            message = f'the token server of the client "{asked.name}" gave no token: {error.reason}'
            failure = UnavailableError("token-unavailable", message)
        raise failure


def _client(run: Run, host: str, settings: ProxySettings) -> tuple[str, AuthClient]:
    auth, service = run.request.auth, run.request.service
    name = auth.client if auth and auth.client else ""
    client = settings.clients.get(name)
    if client is None or not auth or client.type != auth.type or not client.binding.admits(service, host, run.origin):
        where = f'the service "{service}"' if service else f'the host "{host}"'
        kind = auth.type if auth else ""
        message = f'the stack\'s settings have no {kind} client "{name}" for {where} and "{run.origin}" calls'
        raise RefusedError("client-unbound", message)
    return name, client


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
        text = _usable(token if isinstance(token, str) else "", name)
        return text, min(int(seconds), ROLE_SECONDS) if str(seconds).isdecimal() else _UNTOLD_SECONDS
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


def _usable(token: str, name: str) -> str:
    if not token or header_mistake("X", token):
        raise RefusedError("token-refused", f'the client "{name}" was given a token that no header can carry, or none')
    return token
