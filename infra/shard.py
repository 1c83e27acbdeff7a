"""Second form of the program: a stack with only a part of another stack's schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from infra.catalog_schedules import CatalogSchedules, CatalogSchedulesArgs
from infra.manifest import deployed_manifest
from schedule_catalog.settings import settings_digest, unknown_features
from schedule_catalog.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.deployment.arguments import ScheduleArguments
    from schedule_catalog.deployment.manifest import Manifest
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def shard(
    names: Names, settings: Settings, entries: Sequence[Entry], schedules: Sequence[ScheduleArguments]
) -> CatalogSchedules:
    """Declare the schedules, which are still to be registered, in the group and with the role of the core stack.

    entries: those of the core stack and of all its shards.
    names: the core stack's, which must be deployed already, and with the same *settings*: its manifest says where its
        parts are; its role may use the key.
    """
    found = deployed_manifest(names)
    if found.catalog_role_arn is None or found.scheduler_dlq_arn is None:
        reason = f'the stack "{names.stack}" was deployed by an older program, without shards'
        raise pulumi.RunError(f"{reason}: run pulumi up --stack {names.stack} first")
    _refuse_unknown_members(found, names.stack, entries)
    _refuse_other_settings(found, names.stack, settings, entries)
    pulumi.export("core", names.stack)
    pulumi.export("catalog_group", found.catalog_group)
    return CatalogSchedules(
        "schedules",
        CatalogSchedulesArgs(
            schedules,
            found.catalog_group,
            found.aliases["catalog"],
            found.catalog_role_arn,
            found.scheduler_dlq_arn,
            kms_key_arn=settings.kms_key_arn,
        ),
    )


def _refuse_other_settings(core: Manifest, stack: str, settings: Settings, entries: Sequence[Entry]) -> None:
    """The entries were checked against the files; the core's proxy may lack a service or a calendar that they name.

    A preview only warns: a pull request may add a service and an entry that calls it.
    """
    if core.settings_digest == settings_digest(settings, entries):
        return
    reason = f'the stack "{stack}" was deployed with settings that differ from its file'
    message = f"{reason}: run pulumi up --stack {stack} first"
    if not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(message)
    pulumi.warn(message)


def _refuse_unknown_members(core: Manifest, stack: str, entries: Sequence[Entry]) -> None:
    """A proxy of an older release refuses an event with a member that it does not know."""
    unknown = sorted({name for entry in entries for name in unknown_features(entry.event, core.features)})
    if unknown:
        reason = f'the proxy of the stack "{stack}" is older, and does not know {listed(unknown)} in an event'
        raise pulumi.RunError(f"{reason}: run pulumi up --stack {stack} first")
