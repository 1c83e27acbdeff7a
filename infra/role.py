"""Role of the stack, with a path and a permissions boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.policies import Trust, document

if TYPE_CHECKING:
    from infra.account import Account


def role(
    name: str, role_name: str, description: str, trust: Trust, account: Account, opts: pulumi.ResourceOptions
) -> aws.iam.Role:
    """Declare a role that only *trust* may assume.

    The program attaches no managed policy, and detaches only those that would prevent the role's deletion. A role keeps
    the description that it was created with: to change it takes an action that a deploy role of version 0.1 lacks.
    """
    return aws.iam.Role(
        name,
        name=role_name,
        path=None if account.role_path == "/" else account.role_path,
        permissions_boundary=account.permissions_boundary,
        description=description,
        force_detach_policies=True,
        assume_role_policy=document(trust),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["description"])),
    )
