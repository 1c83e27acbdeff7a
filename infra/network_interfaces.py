"""What a function needs to be in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from infra.policies import Allow, Deny

if TYPE_CHECKING:
    from schedule_catalog.settings import Vpc

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
ACTIONS = (
    *("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
    *("ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
)


def network_permissions(function_arn: str) -> tuple[Allow, Deny]:
    """What Lambda does to a function's network interfaces with its role, and that the function's own code does not.

    AWS asks for them on every resource, for Lambda makes the interfaces up. The function's code is told from Lambda by
    a condition: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    return (
        Allow("KeepNetworkInterfaces", ACTIONS, ["*"]),
        Deny("LeaveThemToLambda", ACTIONS, {"lambda:SourceFunctionArn": function_arn}),
    )


def vpc_config(vpc: Vpc | None) -> aws.lambda_.FunctionVpcConfigArgs | None:
    """The subnets and security groups of a function, if it is in a VPC."""
    if vpc is None:
        return None
    return aws.lambda_.FunctionVpcConfigArgs(
        subnet_ids=sorted(vpc.subnet_ids), security_group_ids=sorted(vpc.security_group_ids)
    )
