"""Role with which EventBridge Scheduler makes the calls of one origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.encryption import SEND, key_permissions, payload_permission
from infra.policies import Allow, Trust, document
from infra.role import role

if TYPE_CHECKING:
    from infra.account import Account


@dataclass(frozen=True, slots=True)
class ExecutionRoleArgs:
    """Permissions of the schedules of one origin, and nothing else.

    group_arn: the only schedules that may assume the role are this group's.
    alias_arn: the proxy's alias that they may invoke.
    dead_letter_queue_arn: queue of EventBridge Scheduler for events that it could not pass on.
    """

    role_name: str
    account: Account
    group_arn: pulumi.Input[str]
    alias_arn: pulumi.Input[str]
    dead_letter_queue_arn: pulumi.Input[str]
    kms_key_arn: str | None = None
    retired: bool = False


class ExecutionRole(pulumi.ComponentResource):
    """Role for the schedules of one origin, protected until its application is retired: without it they cannot call.

    arn: depends on the policy, without which EventBridge Scheduler may not invoke the proxy.
    unique_id: beginning of SQS's SenderId of a message that was sent with the role.

    The trust is that of
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """

    arn: pulumi.Output[str]
    unique_id: pulumi.Output[str]

    def __init__(self, name: str, args: ExecutionRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ExecutionRole", name, None, opts)
        made = role(
            f"{name}-role",
            args.role_name,
            "Lets EventBridge Scheduler invoke the proxy",
            _trust(args),
            args.account,
            pulumi.ResourceOptions(parent=self, protect=not args.retired),
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name="invoke-proxy",
            role=made.name,
            policy=document(
                Allow("InvokeProxy", ["lambda:InvokeFunction"], [args.alias_arn]),
                Allow("KeepWhatFailed", ["sqs:SendMessage"], [args.dead_letter_queue_arn]),
                *key_permissions(args.kms_key_arn, args.account, {"sqs": SEND}),
                *payload_permission(args.kms_key_arn, args.group_arn),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = pulumi.Output.all(made.arn, policy.id).apply(lambda known: known[0])
        self.unique_id = made.unique_id
        self.register_outputs({"arn": self.arn})


def _trust(args: ExecutionRoleArgs) -> Trust:
    conditions: dict[str, pulumi.Input[str]] = {
        "aws:SourceAccount": args.account.id,
        "aws:SourceArn": args.group_arn,
    }
    return Trust("scheduler.amazonaws.com", conditions)
