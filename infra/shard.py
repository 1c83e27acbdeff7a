"""The program's other shape: a stack with a part of another stack's schedules, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from infra.catalog_schedules import CatalogSchedules, CatalogSchedulesArgs
from infra.manifest import deployed_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.deployment.arguments import ScheduleArguments
    from schedule_catalog.deployment.names import Names


def shard(names: Names, schedules: Sequence[ScheduleArguments], kms_key_arn: str | None) -> CatalogSchedules:
    """Declare the schedules, which are still to be registered, in the group and with the role of the core stack.

    names: the core stack's, which must be deployed already: its manifest says where its parts are; its role may use the
        key.
    """
    found = deployed_manifest(names)
    if found.catalog_role_arn is None or found.scheduler_dlq_arn is None:
        reason = f'the stack "{names.stack}" was deployed by an older program, without shards'
        raise pulumi.RunError(f"{reason}: run pulumi up --stack {names.stack} first")
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
            kms_key_arn=kms_key_arn,
        ),
    )
