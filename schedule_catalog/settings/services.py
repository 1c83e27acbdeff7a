"""Services of a stack: each a base URL, or a mapping with what it takes to reach one that is not public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from schedule_catalog.settings.commands import Path, remove_command
from schedule_catalog.settings.reading import ConfigValue, Example, Mistakes, Reader, Section, section, several
from schedule_catalog.settings.values import base_url, host_name, url
from schedule_client.contract.origins import ADHOC, CALLBACK, CATALOG
from schedule_client.contract.proxy_settings import SIGNING, ServiceAccess
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings

_BASE, _HOST = url("https://billing.example.com", base_url), host_name()
_SECRETS = ("url_secret", "ca", "client_certificate")


@frozen
class DeclaredService:
    """Base URL of a service, which is only the host if a secret has the URL; `access` is None for a plain one."""

    base: str
    access: ServiceAccess | None = None


@frozen
class _Written:
    """Members of a mapping."""

    base: str | None
    host: str | None
    access: ServiceAccess


def service(secret: Reader[str], origin: Reader[str]) -> Reader[DeclaredService]:
    """Return a reader of services: a URL, or a mapping."""
    name = secret_name(secret)

    def build(keys: Section) -> _Written:
        base, host = keys.take("url", _BASE, None), keys.take("host", _HOST, None)
        names = {key: keys.take(key, name, None) for key in _SECRETS}
        # The default of every secret; a CA is public.
        usual = (CATALOG,) if names["url_secret"] or names["client_certificate"] else None
        return _Written(base, host, ServiceAccess(**names, origins=keys.take("origins", several(origin), usual)))

    mapping = section(build, _BASE.example.inside("url"), of_secret=True)

    def read(node: ConfigValue) -> DeclaredService | None:
        if not isinstance(node.value, Mapping):
            base = _BASE.read(node)
            return None if base is None else DeclaredService(base)
        written = mapping.read(node)
        return None if written is None else _service(written, node)

    return Reader(read, _BASE.example)


def secret_name(secret: Reader[str]) -> Reader[str]:
    """Return a reader of names of secrets that quotes no value: beginners may put the secret itself there."""

    def read(node: ConfigValue) -> str | None:
        found = secret.read(ConfigValue(node.path, node.value, Mistakes(node.mistakes.stack)))
        if found is None:
            node.refuse("is not the name of a secret, and no setting contains one", secret.example)
        return found

    return Reader(read, secret.example, of_secret=True)


def _service(written: _Written, node: ConfigValue) -> DeclaredService | None:
    """Service of a mapping that has either `url`, or `url_secret` and `host`."""
    given = cast("Mapping[str, object]", node.value)
    needed, other = ("host", "url") if written.access.url_secret is not None else ("url", "host")
    if given.get(other) is not None:
        message = f'has no meaning {"beside" if needed == "host" else "without"} "url_secret": write "{needed}"'
        node.mistakes.add((*node.path, other), message, remove_command(node.mistakes.stack, (*node.path, other)))
    if given.get(needed) is None:
        node.child(needed, None).refuse("is missing", _HOST.example if needed == "host" else _BASE.example)
    base = f"https://{written.host}" if written.host is not None else written.base
    return None if base is None else DeclaredService(base, written.access)


def may_call(settings: Settings, service: str, origin: str) -> bool:
    """Return whether calls of *origin* may use a service; the proxy has the last word."""
    access = settings.access.get(service)
    return access is None or access.origins is None or origin in access.origins


def report_access(settings: Settings, mistakes: Mistakes) -> None:
    """Report secrets of services that a request could send, and services without a caller or without TLS."""
    for name, access in settings.access.items():
        path = ("services", name)
        for key in _SECRETS:
            if (message := sent_elsewhere(getattr(access, key), settings)) is not None:
                mistakes.add((*path, key), message, remove_command(mistakes.stack, (*path, key)))
        _report_origins(access, path, settings, mistakes)
        base = settings.services[name]
        if base.startswith("http:") and access.secrets:
            message = "is plain http, which has no certificates"
            ConfigValue((*path, "url"), None, mistakes).refuse(message, Example(base.replace("http:", "https:", 1)))


def sent_elsewhere(secret: str | None, settings: Settings) -> str | None:
    """Return the mistake in a secret of a service or a client that something else may send; None if there is none."""
    if secret is not None and secret.startswith(SIGNING):
        return f'"{SIGNING}" is reserved for signing keys'
    if secret in settings.secrets:
        return f'"{secret}" is in "secrets" as well, so a request could send it: name another secret'
    return None


def _report_origins(access: ServiceAccess, path: Path, settings: Settings, mistakes: Mistakes) -> None:
    known = (CATALOG, CALLBACK, ADHOC, *settings.applications)
    if access.origins == ():
        message = "is empty, so nothing may call the service"
        mistakes.add((*path, "origins"), message, remove_command(mistakes.stack, path))
    for position, origin in enumerate(access.origins or ()):
        if origin not in known:
            message = f'"{origin}" is not an origin: write {", ".join(known[:-1])} or {known[-1]}'
            ConfigValue((*path, "origins", position), origin, mistakes).refuse(message, Example(CATALOG))
