"""The Pulumi program: settings, catalog, components, exports."""

from __future__ import annotations

from datetime import UTC, datetime

import pulumi

from infra.account import current_account
from infra.callback_service import CallbackService, CallbackServiceArgs
from infra.catalog_schedules import CatalogSchedules, CatalogSchedulesArgs
from infra.collector import collect_rarely
from infra.delivery import delivery
from infra.execution_role import ExecutionRole, ExecutionRoleArgs
from infra.holding_queue import HoldingQueue, HoldingQueueArgs
from infra.inputs import package_folder, stack_catalog, stack_settings
from infra.manifest import Manifest, ManifestArgs
from infra.schedule_groups import ScheduleGroups, ScheduleGroupsArgs
from schedule_catalog.names import Names
from schedule_catalog.schedule_arguments import schedule_arguments

collect_rarely()
settings = stack_settings()
now = settings.now or datetime.now(UTC)
entries = stack_catalog(settings, now).for_stack(settings.stack)
account = current_account()
names = Names(pulumi.get_project(), settings.stack, account.region)

groups = ScheduleGroups("groups", ScheduleGroupsArgs(names.catalog_group, names.adhoc_group))
dead_letters = HoldingQueue("scheduler-dlq", HoldingQueueArgs(names.scheduler_dlq))
callback_package = package_folder(settings, "callback")
callback = CallbackService("callback", CallbackServiceArgs(names, settings, account, callback_package))
calls = delivery(names, settings, account, callback.url)
aliases = calls.proxy.aliases
manifest = Manifest("manifest", ManifestArgs(names, account, calls, dead_letters, callback))

catalog_role = ExecutionRole(
    "catalog-execution",
    ExecutionRoleArgs(names.catalog_role, account, groups.catalog.arn, aliases["catalog"].arn, dead_letters.arn),
)
adhoc_role = ExecutionRole(
    "adhoc-execution",
    ExecutionRoleArgs(names.adhoc_role, account, groups.adhoc.arn, aliases["adhoc"].arn, dead_letters.arn),
)
planned = [plan for entry in entries if (plan := schedule_arguments(entry, now, settings))]
schedules = CatalogSchedules(
    "schedules",
    CatalogSchedulesArgs(planned, groups.catalog.name, aliases["catalog"].arn, catalog_role, dead_letters.arn),
)
pulumi.run(schedules.register)

# What an application's environment needs to schedule calls at run time.
pulumi.export("SCHEDULER_TARGET_ARN", aliases["adhoc"].arn)
pulumi.export("SCHEDULER_TARGET_ROLE_ARN", adhoc_role.arn)
pulumi.export("SCHEDULER_GROUP_NAME", groups.adhoc.name)
pulumi.export("SCHEDULER_DLQ_ARN", dead_letters.arn)
pulumi.export("SCHEDULER_NAME_PREFIX", settings.name_prefix)
# What an operator looks for.
pulumi.export("callback_url", callback.url)
pulumi.export("catalog_group", groups.catalog.name)
pulumi.export("proxy_function", calls.proxy.function.name)
pulumi.export("scheduler_dlq_url", dead_letters.url)
pulumi.export("undelivered_url", calls.undelivered.url)
pulumi.export("retry_queue_url", calls.retries.url)
pulumi.export("ledger_table", calls.ledger.name if calls.ledger else None)
pulumi.export("manifest", manifest.name)
pulumi.export("schedules", {"deployed": len(planned), "finished": len(entries) - len(planned)})
