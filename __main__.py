"""The Pulumi program: settings, catalog, components, exports."""

from __future__ import annotations

from datetime import UTC, datetime

import pulumi

from infra.account import current_account
from infra.core import core
from infra.garbage_collection import collect_rarely
from infra.inputs import own_entries, provenance, stack_entries, stack_settings
from infra.shard import shard
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.deployment.names import Names
from schedule_catalog.settings import core_of
from schedule_catalog.volume import shortest_promised_interval

collect_rarely()
settings = stack_settings()
now = settings.now or datetime.now(UTC)
every = stack_entries(settings, now)
entries = own_entries(every, settings)
planned = [plan for entry in entries if (plan := schedule_arguments(entry, now, settings))]

account = current_account(settings, provenance())
names = Names(pulumi.get_project(), settings.stack, account.region)
schedules = (
    shard(names, settings, every, planned)
    if core_of(settings)
    else core(
        names, settings, account, every, planned, shortest_promised_interval((each.timing for each in entries), now)
    )
)

pulumi.export("schedules", {"deployed": len(planned), "finished": len(entries) - len(planned)})
pulumi.run(schedules.register)
