"""Permissions of people who watch a stack and pause calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.encryption import DECRYPT, key_permissions
from infra.policies import Allow, document
from infra.scheduling_permissions import LIST_SCHEDULES
from schedule_catalog.deployment.names import PAUSES

if TYPE_CHECKING:
    from infra.account import Account
    from infra.run_ledger import RunLedger
    from schedule_catalog.deployment.names import Names


@dataclass(frozen=True, slots=True)
class OperatorsPolicyArgs:
    """Stack whose calls the policy lets its holders pause.

    ledger: the table that has the pauses beside the runs.
    kms_key_arn: the key that encrypts it; None for DynamoDB's own.
    """

    names: Names
    account: Account
    ledger: RunLedger
    kms_key_arn: str | None = None


class OperatorsPolicy(pulumi.ComponentResource):
    """Managed policy for `schedules status`, `pause` and `resume`: it may write the pauses, and no run beside them.

    The program does not attach it: who operates a stack is the company's to say.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: OperatorsPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:OperatorsPolicy", name, None, opts)
        policy = aws.iam.Policy(
            f"{name}-policy",
            name=args.names.operators,
            description="Lets operators pause calls",
            policy=document(*_permissions(args)),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["description"]),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})


def _permissions(args: OperatorsPolicyArgs) -> tuple[Allow, ...]:
    names, account, table = args.names, args.account, [args.ledger.arn]
    groups = [account.arn("scheduler", f"schedule/{group}/*") for group in (names.catalog_group, names.adhoc_group)]
    queues = [account.arn("sqs", queue) for queue in (names.retry_queue, names.undelivered, names.scheduler_dlq)]
    return (
        Allow("FindStack", ["ssm:GetParameter"], [account.arn("ssm", f"parameter{names.manifest}")]),
        # The board, and what a pause will hold back, which is shown before it is made.
        LIST_SCHEDULES,
        Allow("ReadSchedules", ["scheduler:GetSchedule"], groups),
        Allow("ReadRuns", ["dynamodb:Query", "dynamodb:DescribeTable"], table),
        Allow("ReadQueueDepths", ["sqs:GetQueueAttributes"], queues),
        # A list of alarms has no narrower resource; it shows names, states and thresholds.
        Allow("ReadAlarms", ["cloudwatch:DescribeAlarms"], [account.arn("cloudwatch", "alarm:*")]),
        Allow("Pause", ["dynamodb:GetItem", "dynamodb:PutItem"], table, leading_keys=PAUSES),
        *key_permissions(args.kms_key_arn, account, {"dynamodb": DECRYPT}),
    )
