"""Settings of the proxy: a file of its package, written by the program and read by the function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.errors import JsonError, ProxySettingsError
from schedule_client.contract.json_value import read_json
from schedule_client.contract.records import asdict, field, frozen
from schedule_client.contract.request import CLIENT_TYPES, Retry

if TYPE_CHECKING:
    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.exclusions import Interval, UtcCalendar

SETTINGS_FILE = "settings.json"
"""File at the top of the package."""
SIGNING = "signing/"
"""Text between the prefix of secrets and the name of a signing key."""

_Members: TypeAlias = "dict[str, object]"
_CLIENT_TEXTS = (
    "audience",
    "token_url",
    "secret",
    "login",
    "ca",
    "client_certificate",
    "role",
    "aws_service",
    "region",
)


@frozen
class ServiceAccess:
    """Secrets by which a service is reached, by name, and the origins whose calls it takes (None: all).

    url_secret: its URL, whose host is that of the base URL in the settings.
    ca: the certificates that its own must come from; by default those of public CAs.
    client_certificate: the certificate that the proxy shows, and its key.
    """

    url_secret: str | None = None
    ca: str | None = None
    client_certificate: str | None = None
    origins: tuple[str, ...] | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of its secrets, which no request may send."""
        return tuple(name for name in (self.url_secret, self.ca, self.client_certificate) if name is not None)


@frozen
class ApplicationOrigin:
    """Application with its own origin.

    owner: owner for which its calls are counted; None for no owner.
    isolated: day (yyyy-mm-dd) from which it has no more calls of the origin `adhoc`; None while it may.
    """

    owner: str | None = None
    isolated: str | None = None


@frozen(kw_only=True)
class ProxySettings:
    """Allowed destinations and secrets of calls; everything else is denied.

    `services` has each service's base URL, `access` what some of them need besides, `hosts` and `http_hosts` are for
    Address.refusal, `cidrs` are private networks that may be called. `secrets` has each secret by its name in
    `auth.secret` (with its `ssm:`), `signing` each signing key, whose text is at `secret_prefix`, SIGNING and its name;
    the first key whose binding admits a call signs it. `clients` has each client by its name in `auth.client`. `retry`
    has the defaults of a request, `retry_ceiling` the limits, `retries_at_once` the number of retries at a time.
    `calendars` has the calendars that events name, `freezes` the names of those that stop all recurring runs of the
    catalog. `owners` are those that the stack declares, `applications` has each application by its origin.
    """

    services: Mapping[str, str] = field(default_factory=dict[str, str])
    access: Mapping[str, ServiceAccess] = field(default_factory=dict[str, ServiceAccess])
    hosts: tuple[str, ...] = ()
    http_hosts: tuple[str, ...] = ()
    cidrs: tuple[str, ...] = ()
    secret_prefix: str = ""
    secrets: Mapping[str, SecretBinding] = field(default_factory=dict[str, SecretBinding])
    signing: Mapping[str, SecretBinding] = field(default_factory=dict[str, SecretBinding])
    clients: Mapping[str, AuthClient] = field(default_factory=dict[str, "AuthClient"])
    owners: tuple[str, ...] = ()
    applications: Mapping[str, ApplicationOrigin] = field(default_factory=dict[str, ApplicationOrigin])
    calendars: Mapping[str, UtcCalendar] = field(default_factory=dict[str, "UtcCalendar"])
    freezes: tuple[str, ...] = ()
    retry: Retry = field(default_factory=lambda: Retry(max_attempts=5, max_age_minutes=60))
    retry_ceiling: Retry = field(default_factory=lambda: Retry(max_attempts=20, max_age_minutes=1440))
    retries_at_once: int = 50

    def to_json(self) -> str:
        """Return the text of the file: compact, and the same for equal settings."""
        members = {**asdict(self), "calendars": {name: each.intervals for name, each in self.calendars.items()}}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ProxySettings:
        """Return the settings of `text`; unknown keys are ignored. Raises ProxySettingsError."""
        try:
            return _settings(_members(read_json(text), "the settings"))
        except JsonError as error:
            raise ProxySettingsError(f"the settings of the proxy are not JSON: {error}") from error


def _settings(members: _Members) -> ProxySettings:
    services = _members(members.get("services", {}), "services")
    return ProxySettings(
        services={name: _text(url, f"services.{name}") for name, url in services.items()},
        access=_access(members),
        hosts=_texts(members.get("hosts", []), "hosts"),
        http_hosts=_texts(members.get("http_hosts", []), "http_hosts"),
        cidrs=_texts(members.get("cidrs", []), "cidrs"),
        secret_prefix=_text(members.get("secret_prefix", ""), "secret_prefix"),
        secrets=_bindings(members, "secrets"),
        signing=_bindings(members, "signing"),
        clients=_clients(members),
        owners=_texts(members.get("owners", []), "owners"),
        applications=_applications(members),
        calendars=_calendars(members),
        freezes=_texts(members.get("freezes", []), "freezes"),
        **{key: _limits(members[key], key) for key in ("retry", "retry_ceiling") if key in members},
        retries_at_once=_count(members.get("retries_at_once", 50), "retries_at_once") or 50,
    )


def _bindings(members: _Members, key: str) -> dict[str, SecretBinding]:
    bindings = _members(members.get(key, {}), key)
    return {name: _binding(_members(value, f"{key}.{name}"), f"{key}.{name}") for name, value in bindings.items()}


def _binding(members: _Members, where: str) -> SecretBinding:
    return SecretBinding(
        **{key: _texts(members.get(key, []), f"{where}.{key}") for key in ("services", "hosts", "origins")}
    )


def _clients(members: _Members) -> dict[str, AuthClient]:
    found = _members(members.get("clients", {}), "clients")
    return {name: _client(_members(value, f"clients.{name}"), f"clients.{name}") for name, value in found.items()}


def _client(members: _Members, where: str) -> AuthClient:
    from schedule_client.contract.auth_clients import AuthClient, client_type  # few stacks declare clients

    if (kind := client_type(members.get("type"))) is None:
        raise ProxySettingsError(f"{where}.type is not one of {', '.join(CLIENT_TYPES)}")
    texts = {key: members.get(key) for key in _CLIENT_TEXTS}
    return AuthClient(
        type=kind,
        binding=_binding(_members(members.get("binding"), f"{where}.binding"), f"{where}.binding"),
        scopes=_texts(members.get("scopes", []), f"{where}.scopes"),
        **{key: _text(value, f"{where}.{key}") for key, value in texts.items() if value is not None},
    )


def _access(members: _Members) -> dict[str, ServiceAccess]:
    found = _members(members.get("access", {}), "access")
    return {name: _access_of(_members(value, f"access.{name}"), f"access.{name}") for name, value in found.items()}


def _access_of(members: _Members, where: str) -> ServiceAccess:
    names = {key: members.get(key) for key in ("url_secret", "ca", "client_certificate")}
    origins = members.get("origins")
    return ServiceAccess(
        **{key: _text(value, f"{where}.{key}") for key, value in names.items() if value is not None},
        origins=None if origins is None else _texts(origins, f"{where}.origins"),
    )


def _applications(members: _Members) -> dict[str, ApplicationOrigin]:
    found = _members(members.get("applications", {}), "applications")
    return {name: _application(value, f"applications.{name}") for name, value in found.items()}


def _application(value: object, where: str) -> ApplicationOrigin:
    members = _members(value, where)
    given = {key: members.get(key) for key in ("owner", "isolated")}
    return ApplicationOrigin(
        **{key: _text(value, f"{where}.{key}") for key, value in given.items() if value is not None}
    )


def _calendars(members: _Members) -> dict[str, UtcCalendar]:
    if not (found := _members(members.get("calendars", {}), "calendars")):
        return {}
    from schedule_client.contract.exclusions import UtcCalendar

    return {name: UtcCalendar(name, _intervals(value, f"calendars.{name}")) for name, value in found.items()}


def _intervals(value: object, where: str) -> tuple[Interval, ...]:
    if not isinstance(value, list):
        raise ProxySettingsError(f"{where} is not a list")
    return tuple(_interval(each, where) for each in cast("list[object]", value))


def _interval(value: object, where: str) -> Interval:
    parts = cast("list[object]", value) if isinstance(value, list) else []
    if len(parts) != 3 or type(parts[0]) is not int or type(parts[1]) is not int or type(parts[2]) is not str:
        raise ProxySettingsError(f"{where} has something that is not two seconds and a reason")
    return parts[0], parts[1], parts[2]


def _limits(value: object, where: str) -> Retry:
    members = _members(value, where)
    return Retry(
        **{key: _count(members[key], f"{where}.{key}") for key in ("max_attempts", "max_age_minutes") if key in members}
    )


def _members(value: object, where: str) -> _Members:
    if not isinstance(value, dict):
        raise ProxySettingsError(f"{where} is not an object")
    return cast("_Members", value)


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ProxySettingsError(f"{where} is not a list")
    return tuple(_text(item, where) for item in cast("list[object]", value))


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ProxySettingsError(f"{where} is not a text")
    return value


def _count(value: object, where: str) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ProxySettingsError(f"{where} is not a number from 1")
    return value
