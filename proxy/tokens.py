"""Tokens and role keys of declared clients, which the proxy gets when a call needs them.

They are cached in this process, for a client and an origin, and are never in a log, a queue or the ledger. Without one
nothing is sent: `token-refused` is permanent, after `token-unavailable` the run waits, and no attempt counts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.errors import RefusedError
from proxy.secrets import Asked, RoleKey
from schedule_client.contract.headers import header_mistake
from schedule_client.contract.records import field, frozen, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.aws import Aws
    from proxy.routes import Routes
    from proxy.run import Run
    from proxy.secrets import Credentials, SecretStore
    from proxy.wire import Wire
    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.proxy_settings import ProxySettings

# A credential is renewed this long before its end, as a call takes its time.
_EARLY = timedelta(seconds=60)


@frozen
class _Kept:
    """Token or role key, and the time at which it is renewed."""

    credential: str | RoleKey = field(repr=False)
    until: datetime


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
        is_new = refresh or found is None or now >= found.until
        if found is None or is_new:
            self._kept.pop(key, None)
            credential, lifetime = self._new(Asked(name, client, run.origin, settings, seconds, refresh))
            found = self._kept[key] = _Kept(credential, now + timedelta(seconds=lifetime) - _EARLY)
        if isinstance(found.credential, RoleKey):
            return replace(held, role=found.credential, is_new=is_new)
        return replace(held, secret=found.credential, is_new=is_new)

    def _new(self, asked: Asked) -> tuple[str | RoleKey, int]:
        """New credential, and its lifetime in seconds. The modules are imported here, as few stacks need them."""
        if asked.client.type == "oauth2":
            from proxy.token_server import access_token

            token, seconds = access_token(asked, self._secrets, self._wire, self._routes)
        else:
            from proxy.sts_credentials import identity_token, role_key

            if asked.client.type == "sigv4":
                return role_key(asked, self._aws)
            token, seconds = identity_token(asked, self._aws, self._stack)
        if not token or header_mistake("X", token):
            message = f'the client "{asked.name}" was given a token that no header can carry, or none'
            raise RefusedError("token-refused", message)
        return token, seconds


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
