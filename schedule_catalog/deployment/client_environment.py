"""What whoever schedules calls at run time is told of the stack, which its names decide before it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names

ADHOC = "adhoc"
"""The proxy's alias for calls that are scheduled at run time."""


def scheduler_environment(names: Names, account: str, name_prefix: str, partition: str = "aws") -> Mapping[str, str]:
    """The variables that `schedule_client` reads, as the stack exports them."""
    place = f"{names.region}:{account}"
    return {
        "SCHEDULER_TARGET_ARN": f"arn:{partition}:lambda:{place}:function:{names.proxy}:{ADHOC}",
        "SCHEDULER_TARGET_ROLE_ARN": f"arn:{partition}:iam::{account}:role/{names.adhoc_role}",
        "SCHEDULER_GROUP_NAME": names.adhoc_group,
        "SCHEDULER_DLQ_ARN": f"arn:{partition}:sqs:{place}:{names.scheduler_dlq}",
        "SCHEDULER_NAME_PREFIX": name_prefix,
    }
