"""Access log of an HTTP API."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
# Neither headers nor query: credentials must not be in the log.
_FIELDS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "ip": "$context.identity.sourceIp",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}
FORMAT = json.dumps(_FIELDS)


@dataclass(frozen=True, slots=True)
class AccessLogArgs:
    """Name of the API, retention of its log, and the key that encrypts it; None for CloudWatch's own."""

    api_name: str
    log_retention_days: int
    kms_key_arn: str | None = None


class AccessLog(pulumi.ComponentResource):
    """Log group with a limited retention, and the name that AWS requires for logs that its services deliver.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    """

    settings: aws.apigatewayv2.StageAccessLogSettingsArgs

    def __init__(self, name: str, args: AccessLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:AccessLog", name, None, opts)
        group = aws.cloudwatch.LogGroup(
            f"{name}-group",
            name=f"/aws/vendedlogs/{args.api_name}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.settings = aws.apigatewayv2.StageAccessLogSettingsArgs(destination_arn=group.arn, format=FORMAT)
        self.register_outputs({"group": group.name})
