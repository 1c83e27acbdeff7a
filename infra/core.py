"""Usual form of the program: a stack with everything that its schedules need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from infra.alarms import Alarms, AlarmsArgs
from infra.application_policy import ApplicationPolicy, ApplicationPolicyArgs
from infra.callback_service import CallbackService, CallbackServiceArgs
from infra.catalog_schedules import CatalogSchedules, CatalogSchedulesArgs
from infra.conditions import conditions
from infra.dashboard import Dashboard, DashboardArgs
from infra.delivery import delivery
from infra.execution_role import ExecutionRole, ExecutionRoleArgs
from infra.holding_queue import HoldingQueue, HoldingQueueArgs
from infra.manifest import ManifestArgs, ManifestParameter
from infra.operators_policy import OperatorsPolicy, OperatorsPolicyArgs
from infra.packages import OWN_CODE
from infra.preflight import preflight
from infra.schedule_groups import ScheduleGroups, ScheduleGroupsArgs
from infra.signing_keys import SigningKeys, SigningKeysArgs
from infra.staged_packages import package_folders
from schedule_catalog.deployment.client_environment import known_names, scheduler_environment
from schedule_catalog.settings import ADHOC, CATALOG, FEATURES, origins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from infra.account import Account
    from schedule_catalog.deployment.arguments import ScheduleArguments
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def core(
    names: Names,
    settings: Settings,
    account: Account,
    entries: Sequence[Entry],
    schedules: Sequence[ScheduleArguments],
    promised: timedelta | None,
) -> CatalogSchedules:
    """Declare and export all parts; the schedules, which are returned, are still to be registered.

    entries: those that the proxy has to know, in the stack's shards too.
    promised: how often the catalog promises that a schedule fires, if it promises anything.
    Each component is at the top of the stack: in a component of their own they would be new ones.
    """
    preflight(settings, account)
    key = settings.kms_key_arn
    packages = package_folders(settings)
    groups = ScheduleGroups("groups", ScheduleGroupsArgs(names.catalog_group, names.adhoc_group, bool(settings.shards)))
    dead_letters = HoldingQueue("scheduler-dlq", HoldingQueueArgs(names.scheduler_dlq, key))
    keys = SigningKeys("signing", SigningKeysArgs(settings))
    callback = CallbackService(
        "callback",
        CallbackServiceArgs(
            names, settings, account, packages["callback"], keys.of_callback, own_code=packages.get(OWN_CODE)
        ),
    )
    calls = delivery(names, settings, account, entries, packages["proxy"], callback.url)
    aliases = calls.proxy.aliases

    def execution_role(origin: str) -> ExecutionRole:
        group = groups.catalog if origin == CATALOG else groups.adhoc
        retired = origin in settings.applications and settings.applications[origin].retired
        args = ExecutionRoleArgs(
            names.execution_role(origin),
            account,
            group.arn,
            aliases[origin].arn,
            dead_letters.arn,
            kms_key_arn=key,
            retired=retired,
        )
        return ExecutionRole(f"{origin}-execution", args)

    roles = {origin: execution_role(origin) for origin in origins(settings)}
    working = {name: each for name, each in settings.applications.items() if not each.retired}
    policies = {
        name: ApplicationPolicy(f"application-{name}", ApplicationPolicyArgs(names, account, name, application))
        for name, application in settings.applications.items()
    }

    operators = (
        OperatorsPolicy("operators", OperatorsPolicyArgs(names, account, calls.ledger, key)) if calls.ledger else None
    )

    parts = ManifestArgs(names, settings, entries, account, calls, dead_letters, callback, roles)
    manifest = ManifestParameter("manifest", parts)
    watched = conditions(names, settings, callback.api_id, promised)
    Alarms("alarms", AlarmsArgs(names, watched, settings.alarm_topic))
    Dashboard("dashboard", DashboardArgs(names, settings, callback.api_id))

    # Variables with which an application without its own origin schedules calls at run time.
    pulumi.export("SCHEDULER_TARGET_ARN", aliases[ADHOC].arn)
    pulumi.export("SCHEDULER_TARGET_ROLE_ARN", roles[ADHOC].arn)
    pulumi.export("SCHEDULER_GROUP_NAME", groups.adhoc.name)
    pulumi.export("SCHEDULER_DLQ_ARN", dead_letters.arn)
    pulumi.export("SCHEDULER_NAME_PREFIX", settings.name_prefix)
    pulumi.export("SCHEDULER_FEATURES", ",".join(FEATURES))
    environments = {
        name: {
            **known_names(settings, name),
            **scheduler_environment(names, account.id, each.prefix, account.partition, name, account.role_path),
            "SCHEDULER_TARGET_ARN": aliases[name].arn,
            "SCHEDULER_TARGET_ROLE_ARN": roles[name].arn,
        }
        for name, each in working.items()
    }
    pulumi.export("application_environments", environments)
    pulumi.export("application_policies", {name: policies[name].arn for name in working})
    # Outputs for operators.
    pulumi.export("callback_url", callback.url)
    pulumi.export("catalog_group", groups.catalog.name)
    pulumi.export("proxy_function", calls.proxy.function.name)
    pulumi.export("scheduler_dlq_url", dead_letters.url)
    pulumi.export("undelivered_url", calls.undelivered.url)
    pulumi.export("retry_queue_url", calls.retries.url)
    pulumi.export("ledger_table", calls.ledger.name if calls.ledger else None)
    pulumi.export("operators_policy", operators.arn if operators else None)
    pulumi.export("manifest", manifest.name)

    return CatalogSchedules(
        "schedules",
        CatalogSchedulesArgs(
            schedules,
            groups.catalog.name,
            aliases[CATALOG].arn,
            roles[CATALOG].arn,
            dead_letters.arn,
            kms_key_arn=key,
        ),
    )
