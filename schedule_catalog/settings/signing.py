"""Names of signing keys, and that of the callback service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.consistency import BUILT_IN_SERVICE
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.proxy_settings import SIGNING

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings


# Standard Webhooks asks for 24 to 64 random bytes:
# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
KEY_BYTES = 32
FIRST = "FIRST"
"""Staging label of the version that the program created, whose text is in Pulumi's state."""


def new_signing_key() -> str:
    """Return a new random key."""
    import secrets
    from base64 import b64encode

    return f"whsec_{b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def signing_secret(settings: Settings, key: str) -> str:
    """Return the name of the secret that contains the signing key *key*."""
    return f"{settings.secret_prefix}{SIGNING}{key}"


def signing_key_of_callback(settings: Settings) -> str | None:
    """Return the key that signs every call of the callback service, the catalog's and its own; None without one."""
    bindings = settings.signing.items()
    return next((name for name, each in bindings if each.admits(BUILT_IN_SERVICE, "", CATALOG)), None)
