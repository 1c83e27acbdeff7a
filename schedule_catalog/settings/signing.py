"""The signing key of the callback service's own calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.consistency import BUILT_IN_SERVICE
from schedule_client.contract import SIGNING

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings

_ORIGINS = ("catalog", "adhoc")


def signing_secret(settings: Settings) -> str | None:
    """The secret whose keys sign every call of the service, the catalog's and those made at run time; None without."""
    for name, binding in settings.signing.items():
        if all(binding.admits(BUILT_IN_SERVICE, "", origin) for origin in _ORIGINS):
            return f"{settings.secret_prefix}{SIGNING}{name}"
    return None
