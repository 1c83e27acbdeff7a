"""The provider's functions: what a program asks about the account it deploys to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.clients import Clients
    from local.resources.resource_type import Inputs, Outputs


def _caller_identity(aws: Clients, arguments: Inputs) -> Outputs:
    identity = aws.client("sts").get_caller_identity()
    account = identity["Account"]
    return {"accountId": account, "arn": identity["Arn"], "id": account, "userId": identity["UserId"]}


def _region(aws: Clients, arguments: Inputs) -> Outputs:
    region = arguments.get("region") or arguments.get("name") or aws.region
    return {"name": region, "region": region, "id": region, "description": region, "endpoint": aws.endpoint}


def _parameter(aws: Clients, arguments: Inputs) -> Outputs:
    found = aws.client("ssm").get_parameter(Name=arguments["name"])["Parameter"]
    return {"id": found["Name"], "name": found["Name"], "type": found["Type"], "insecureValue": found["Value"]}


def _partition(aws: Clients, arguments: Inputs) -> Outputs:
    return {"partition": "aws", "id": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _quota(aws: Clients, arguments: Inputs) -> Outputs:
    """The usual one of an account in use: the emulator has no quotas."""
    return {"id": arguments["quotaCode"], "quotaCode": arguments["quotaCode"], "value": 1000}


INVOKES: dict[str, Callable[[Clients, Inputs], Outputs]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:servicequotas/getServiceQuota:getServiceQuota": _quota,
    "aws:ssm/getParameter:getParameter": _parameter,
}
