"""The table of resource types that the laptop can deploy: one class a type, one file a service."""

from __future__ import annotations

from local.resources import cloudwatch, dynamodb, functions, http_apis, iam, logs, scheduler, secretsmanager, sqs, ssm
from local.resources.invokes import INVOKES
from local.resources.resource_type import Inputs, Outputs, ResourceType, is_gone, is_taken

RESOURCE_TYPES: dict[str, ResourceType] = {
    kind.type: kind
    for kind in (
        cloudwatch.Dashboard(),
        cloudwatch.MetricAlarm(),
        dynamodb.Table(),
        functions.Alias(),
        functions.EventSourceMapping(),
        functions.Function(),
        functions.FunctionEventInvokeConfig(),
        functions.FunctionRecursionConfig(),
        functions.Permission(),
        http_apis.Api(),
        http_apis.Integration(),
        http_apis.Route(),
        http_apis.Stage(),
        iam.Policy(),
        iam.Role(),
        iam.RolePolicy(),
        iam.RolePolicyAttachment(),
        logs.LogGroup(),
        scheduler.Schedule(),
        scheduler.ScheduleGroup(),
        secretsmanager.Secret(),
        secretsmanager.SecretVersion(),
        sqs.Queue(),
        sqs.QueuePolicy(),
        ssm.Parameter(),
    )
}
"""Every known type by Pulumi's token."""

LEFT_OUT = tuple(sorted(kind.left_out for kind in RESOURCE_TYPES.values() if kind.left_out))
"""What the emulator does not do of what AWS does with resources of these types."""

__all__ = ("INVOKES", "LEFT_OUT", "RESOURCE_TYPES", "Inputs", "Outputs", "ResourceType", "is_gone", "is_taken")
