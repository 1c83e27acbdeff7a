"""HTTP call of a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from schedule_client.contract.json_value import Scalar

ClientType: TypeAlias = Literal["oidc", "oauth2", "sigv4"]
AuthType: TypeAlias = Literal["bearer", "basic", "header", "oidc", "oauth2", "sigv4"]
Overlap: TypeAlias = Literal["allow", "skip"]
Method: TypeAlias = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Param: TypeAlias = "Scalar | Sequence[Scalar]"
METHODS: tuple[Method, ...] = get_args(Method)
CLIENT_TYPES: tuple[ClientType, ...] = get_args(ClientType)
AUTH_TYPES: tuple[AuthType, ...] = get_args(AuthType)
OVERLAPS: tuple[Overlap, ...] = get_args(Overlap)
SECRET_PATTERN = r"(?:ssm:)?[A-Za-z0-9/_+=.@-]{1,512}"  # noqa: S105 - of a name
CLIENT_PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"
DEPTH_MAX = 100  # levels of an event
LIMITS = {"timeout_seconds": 900, "max_attempts": 1000, "max_age_minutes": 14 * 1440, "flexible_window_minutes": 1440}
Body: TypeAlias = "Scalar | Sequence[Body] | Mapping[str, Body]"


@frozen
class Auth:
    """Credential of a call by name: a secret, or for `oidc`, `oauth2` and `sigv4` a client of the stack's settings.

    secret: below the stack's prefix in Secrets Manager, or `ssm:NAME` below it in Parameter Store; `basic` expects
        `user:password`.
    name: the header that carries the secret, only for the type `header`.
    client: how the proxy gets a token or signs; only for calls to the client's own services or hosts.
    """

    type: AuthType
    secret: str | None = None
    name: str | None = None
    client: str | None = None


@frozen
class Retry:
    """Number of HTTP attempts (including the first) of a call, and its age limit in minutes from the scheduled time."""

    max_attempts: int | None = None
    max_age_minutes: int | None = None


@frozen(kw_only=True)
class Request:
    """One HTTP call: to `url`, or to `path` below the base URL of `service` in the stack's settings.

    body, form, text: at most one of them. `body` is JSON, `form` has the fields of a form (a list repeats its field),
        `text` is sent unchanged, under the header Content-Type or as text/plain.
    flexible_window_minutes: of its schedule; the age of a call counts from the end of the window.
    labels, metrics: for the proxy's log and metrics.
    runbook: link to instructions for an undelivered run; only a catalog's is passed on.
    """

    url: str | None = None
    service: str | None = None
    path: str | None = None
    method: Method = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"])
    body: Body = None
    form: Mapping[str, Param] | None = None
    text: str | None = None
    auth: Auth | None = None
    timeout_seconds: int | None = None
    retry: Retry | None = None
    overlap: Overlap = "allow"
    owner: str | None = None
    flexible_window_minutes: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    metrics: Literal["per-schedule"] | None = None
    runbook: str | None = None
