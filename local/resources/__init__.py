"""The table of resource types that the laptop can deploy: one class a type, one file a service."""

from __future__ import annotations

from local.resources import cloudwatch, dynamodb, functions, http_apis, iam, logs, scheduler, secretsmanager, sqs, ssm
from local.resources.invokes import INVOKES
from local.resources.resource_type import ResourceType, is_gone, is_taken

RESOURCE_TYPES: dict[str, ResourceType] = {
    kind.type: kind
    for kind in (
        cloudwatch.DashboardType(),
        cloudwatch.MetricAlarmType(),
        dynamodb.TableType(),
        functions.AliasType(),
        functions.EventSourceMappingType(),
        functions.FunctionType(),
        functions.FunctionEventInvokeConfigType(),
        functions.FunctionRecursionConfigType(),
        functions.PermissionType(),
        functions.ProvisionedConcurrencyConfigType(),
        http_apis.ApiType(),
        http_apis.IntegrationType(),
        http_apis.RouteType(),
        http_apis.StageType(),
        iam.PolicyType(),
        iam.RoleType(),
        iam.RolePolicyType(),
        iam.RolePolicyAttachmentType(),
        logs.LogGroupType(),
        scheduler.ScheduleType(),
        scheduler.ScheduleGroupType(),
        secretsmanager.SecretType(),
        secretsmanager.SecretVersionType(),
        sqs.QueueType(),
        sqs.QueuePolicyType(),
        ssm.ParameterType(),
    )
}
"""Every known type by Pulumi's token."""

LEFT_OUT = tuple(sorted(kind.left_out for kind in RESOURCE_TYPES.values() if kind.left_out))
"""Differences between the emulator and AWS for resources of these types."""

__all__ = ("INVOKES", "LEFT_OUT", "RESOURCE_TYPES", "ResourceType", "is_gone", "is_taken")
