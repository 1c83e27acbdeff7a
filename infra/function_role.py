"""Log group and role of a Lambda function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.policies import Allow, Deny, Trust, document
from infra.role import role
from schedule_catalog.deployment.names import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.account import Account


@dataclass(frozen=True, slots=True)
class FunctionRoleArgs:
    """Permissions of a function besides writing its own log.

    function_name: the function that will use the role; it names the log group.
    kms_key_arn: the key that encrypts the log; None for CloudWatch's own.
    allowed: further statements; a denial limits one of them.
    """

    account: Account
    role_name: str
    function_name: str
    log_retention_days: int
    allowed: Sequence[Allow | Deny] = ()
    kms_key_arn: str | None = None


class FunctionRole(pulumi.ComponentResource):
    """Log group with a limited retention, and a role that may write to it.

    Both exist before the function: Lambda would create a log group that keeps everything forever, and checks
    an asynchronous destination against the role's policy when it is set.
    """

    arn: pulumi.Output[str]
    log_group: aws.cloudwatch.LogGroup
    policy: aws.iam.RolePolicy

    def __init__(self, name: str, args: FunctionRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:FunctionRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=log_group(args.function_name),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            opts=child,
        )
        made = role(
            f"{name}-role",
            args.role_name,
            f"Permissions of the function {args.function_name}",
            Trust("lambda.amazonaws.com"),
            args.account,
            child,
        )
        streams = pulumi.Output.concat(self.log_group.arn, ":*")
        write_log = Allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])
        self.policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name="work",
            role=made.name,
            policy=document(write_log, *args.allowed),
            opts=child,
        )
        self.arn = made.arn
        self.register_outputs({"arn": self.arn, "log_group": self.log_group.name})
