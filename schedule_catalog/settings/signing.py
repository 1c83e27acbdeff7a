"""Where signing keys are kept, and which is the callback service's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.consistency import BUILT_IN_SERVICE
from schedule_client.contract import CATALOG, SIGNING

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings


def signing_secret(settings: Settings, key: str) -> str:
    """The name of the secret that holds the signing key *key*."""
    return f"{settings.secret_prefix}{SIGNING}{key}"


def signing_key_of_callback(settings: Settings) -> str | None:
    """The key that signs every call of the callback service, the catalog's and its own; None without."""
    bindings = settings.signing.items()
    return next((name for name, each in bindings if each.admits(BUILT_IN_SERVICE, "", CATALOG)), None)
