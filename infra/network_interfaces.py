"""Permissions and configuration of a function in a VPC."""

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
    """Return Lambda's permissions for a function's network interfaces, which the function's own code does not get.

    AWS requires them on every resource, as Lambda creates the interfaces. A condition distinguishes the function's
    code from Lambda: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    return (
        Allow("KeepNetworkInterfaces", ACTIONS, ["*"]),
        Deny("LeaveThemToLambda", ACTIONS, {"lambda:SourceFunctionArn": function_arn}),
    )


def vpc_config(vpc: Vpc | None) -> aws.lambda_.FunctionVpcConfigArgs | None:
    """Return the subnets and security groups of a function, if it is in a VPC."""
    if vpc is None:
        return None
    return aws.lambda_.FunctionVpcConfigArgs(
        subnet_ids=sorted(vpc.subnet_ids), security_group_ids=sorted(vpc.security_group_ids)
    )
