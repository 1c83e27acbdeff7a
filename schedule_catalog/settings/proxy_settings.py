"""Settings of a stack that the proxy has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.consistency import BUILT_IN_SERVICE
from schedule_catalog.settings.origins import admitted, admitted_access, admitted_clients, signed
from schedule_client.contract.proxy_settings import ApplicationOrigin, ProxySettings
from schedule_client.contract.request import Retry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schedule_catalog.entry import Entry
    from schedule_catalog.settings.model import Settings


def proxy_settings(settings: Settings, callback_url: str, entries: Iterable[Entry]) -> ProxySettings:
    """Return the proxy's part of *settings*; *callback_url* serves `callback` unless the settings have another URL.

    entries: all entries of the stack and its shards; the proxy has their calendars.
    """
    retry = settings.retry
    timings = [each.timing for each in entries]
    freezes = {each.name: each for timing in timings for each in timing.freezes}
    calendars = {each.name: each for timing in timings for each in timing.not_on}
    return ProxySettings(
        services={BUILT_IN_SERVICE: callback_url, **settings.services},
        access=admitted_access(settings),
        hosts=tuple(sorted(settings.hosts)),
        http_hosts=tuple(sorted(settings.http_hosts)),
        cidrs=settings.allowed_cidrs,
        secret_prefix=settings.secret_prefix,
        secrets=admitted(settings.secrets, settings),
        signing=signed(settings),
        clients=admitted_clients(settings),
        owners=tuple(sorted(settings.owners)),
        applications={
            name: ApplicationOrigin(each.owner, each.isolated.isoformat() if each.isolated else None)
            for name, each in sorted(settings.applications.items())
        },
        calendars=dict(sorted((freezes | calendars).items())),
        freezes=tuple(sorted(freezes)),
        retry=Retry(retry.max_attempts, retry.max_age_minutes),
        retry_ceiling=Retry(retry.most_attempts, retry.most_age_minutes),
        retries_at_once=settings.proxy.retries_at_once,
    )


def settings_digest(settings: Settings, entries: Iterable[Entry]) -> str:
    """Return a digest of a proxy's settings, with the calendars of *entries*, except for a URL that only AWS knows."""
    import hashlib

    return hashlib.sha256(proxy_settings(settings, "", entries).to_json().encode()).hexdigest()[:16]
