"""Keyed calls that an application made before it had its own origin, and makes again now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_client.contract.ledger import REMEMBERED_DAYS
from schedule_client.contract.origins import ADHOC
from schedule_client.contract.records import replace
from schedule_client.contract.run_keys import call_run_key
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.run import Run
    from schedule_client.contract.proxy_settings import ProxySettings

# The day in the settings is a day in any zone: the ledger's memory begins when it has ended everywhere.
_MEMORY = timedelta(days=REMEMBERED_DAYS, hours=36)


def former_run(run: Run, settings: ProxySettings, now: datetime) -> Run | None:
    """Return the run of the same key under `adhoc`, if the ledger may have one; None if it cannot."""
    application = settings.applications.get(run.origin)
    if application is None or run.caller_key is None or run.schedule is None:
        return None
    isolated = application.isolated
    if isolated is not None and now >= read_instant(f"{isolated}T00:00:00Z") + _MEMORY:
        return None
    key = call_run_key(ADHOC, run.schedule.group, run.caller_key)
    return replace(run, key=key, partition=f"{ADHOC}#{run.schedule.arn}")
