"""Origins that may use a secret or a signing key, while applications move to origins of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.consistency import BUILT_IN_SERVICE
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.origins import ADHOC, CALLBACK, CATALOG, RETRY
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.settings.model import Settings
    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.proxy_settings import ServiceAccess


__all__ = (
    "ADHOC",
    "CALLBACK",
    "CATALOG",
    "RETRY",
    "admitted",
    "admitted_access",
    "admitted_clients",
    "origins",
    "signed",
)


def origins(settings: Settings) -> tuple[str, ...]:
    """Return every origin of the stack's schedules, each with an alias and an execution role."""
    return (CATALOG, ADHOC, CALLBACK, *settings.applications)


def admitted(bindings: Mapping[str, SecretBinding], settings: Settings) -> dict[str, SecretBinding]:
    """Return the bindings as the proxy enforces them: `adhoc` includes each application that is not isolated yet.

    Nothing changes for an application when it starts to call by its own origin. Once it is isolated, the settings must
    name it.
    """
    shared = [name for name, application in settings.applications.items() if application.isolated is None]
    return {name: _with(binding, shared) if ADHOC in binding.origins else binding for name, binding in bindings.items()}


def admitted_clients(settings: Settings) -> dict[str, AuthClient]:
    """Return the clients, each with its binding as the proxy enforces it."""
    bindings = admitted({name: client.binding for name, client in settings.clients.items()}, settings)
    return {name: replace(client, binding=bindings[name]) for name, client in settings.clients.items()}


def admitted_access(settings: Settings) -> dict[str, ServiceAccess]:
    """Return what services need, with their origins as the proxy enforces them; the callback service calls itself."""
    found: dict[str, ServiceAccess] = {}
    for name, access in settings.access.items():
        if access.origins is not None:
            binding = admitted({name: SecretBinding(origins=access.origins)}, settings)[name]
            own = [CALLBACK] if name == BUILT_IN_SERVICE and CATALOG in access.origins else []
            access = replace(access, origins=_with(binding, own).origins)
        found[name] = access
    return found


def signed(settings: Settings) -> dict[str, SecretBinding]:
    """Return the bindings of signing keys: the callback service signs its calls like the catalog's calls to it."""
    return {
        name: _with(binding, [CALLBACK]) if binding.admits(BUILT_IN_SERVICE, "", CATALOG) else binding
        for name, binding in admitted(settings.signing, settings).items()
    }


def _with(binding: SecretBinding, origins: list[str]) -> SecretBinding:
    return replace(binding, origins=(*binding.origins, *(each for each in origins if each not in binding.origins)))
