"""URLs for services whose URL is a secret, for a stack in which nobody stores one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_client.contract.proxy_settings import ServiceAccess


def placeholder_urls(services: Mapping[str, str], access: Mapping[str, ServiceAccess]) -> dict[str, str]:
    """Return a URL at the declared host of each service whose URL is a secret, by the secret's name."""
    return {
        each.url_secret: f"{services[service]}/placeholder-of-{each.url_secret.replace(':', '-').replace('/', '-')}"
        for service, each in access.items()
        if each.url_secret is not None
    }
