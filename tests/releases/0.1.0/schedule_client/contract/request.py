"""The HTTP call that a schedule makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from schedule_client.contract.json_value import Json, Scalar

AuthType: TypeAlias = Literal["bearer", "basic", "header"]
Overlap: TypeAlias = Literal["allow", "skip"]
Param: TypeAlias = "Scalar | list[Scalar]"


@frozen
class Auth:
    """A secret by name: below the stack's prefix in Secrets Manager, or `ssm:NAME` below it in Parameter Store.

    `name` is the header that carries it, for the type `header` alone; `basic` expects a secret `user:password`.
    """

    type: AuthType
    secret: str
    name: str | None = None


@frozen
class Retry:
    """How often (HTTP attempts, the first included) and how long (minutes from the scheduled time) a call is tried."""

    max_attempts: int | None = None
    max_age_minutes: int | None = None


@frozen(kw_only=True)
class Request:
    """One HTTP call: to `url`, or to `path` below the base URL that the stack's settings give `service`.

    flexible_window_minutes: of its schedule; how old a call may become counts from the end of the window.
    labels, metrics: for the proxy's log and metrics.
    """

    url: str | None = None
    service: str | None = None
    path: str | None = None
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"])
    body: Json = None
    auth: Auth | None = None
    timeout_seconds: int | None = None
    retry: Retry | None = None
    overlap: Overlap = "allow"
    owner: str | None = None
    flexible_window_minutes: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    metrics: Literal["per-schedule"] | None = None
