"""The AWS account and region that the stack is deployed to."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class Account:
    """Where the stack lives; `partition` is `aws`, `aws-cn` or `aws-us-gov`."""

    id: str
    region: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def role_arn(self, name: str) -> str:
        """Return the ARN of a role of this account, whether it is there yet or not."""
        return f"arn:{self.partition}:iam::{self.id}:role/{name}"


def current_account() -> Account:
    """Return the account and region that Pulumi's credentials and configuration lead to."""
    caller = aws.get_caller_identity()
    partition = caller.arn.split(":")[1]
    return Account(id=caller.account_id, region=aws.get_region().region, partition=partition)
