"""Declared clients: how calls get a token or a signature, and which calls may use them.

A client is part of the stack's settings. A request only names one, so that the author of a request decides neither
where a credential goes nor whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen
from schedule_client.contract.request import CLIENT_TYPES

if TYPE_CHECKING:
    from schedule_client.contract.bindings import SecretBinding
    from schedule_client.contract.request import ClientType


def client_type(value: object) -> ClientType | None:
    """Return `value` as a type of client, or None."""
    for known in CLIENT_TYPES:
        if known == value:
            return known
    return None


@frozen(kw_only=True)
class AuthClient:
    """Client of one type; members of the other types are absent.

    binding: permission to use it, by services or hosts, and origins.
    audience: of the token; some servers of `oauth2` take it as a parameter.
    token_url, scopes, secret: of `oauth2`; `secret` is the name of the secret with the text `id:secret`.
    login: how the token server takes that text: `basic` (the default) or `form`.
    ca, client_certificate: names of secrets for the connection to the token server, as those of a service.
    role, aws_service, region: of `sigv4`; the role that the proxy assumes, and the scope of its signatures.
    """

    type: ClientType
    binding: SecretBinding
    audience: str | None = None
    token_url: str | None = None
    scopes: tuple[str, ...] = ()
    secret: str | None = None
    login: str | None = None
    ca: str | None = None
    client_certificate: str | None = None
    role: str | None = None
    aws_service: str | None = None
    region: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of its secrets, which no request may send."""
        return tuple(name for name in (self.secret, self.ca, self.client_certificate) if name is not None)
