"""The callback service: FastAPI on Lambda behind an HTTP API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.function_role import FunctionRole, FunctionRoleArgs
from infra.lambda_runtime import ARCHITECTURE, RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.names import Names
    from schedule_catalog.settings import Settings

ROUTES: Mapping[str, str] = {
    "callback": "POST /api/v1/tasks/callback",
    "cancel": "DELETE /api/v1/tasks/{task_id}",
    "get": "GET /api/v1/tasks/{task_id}",
    "health": "GET /health",
    "list": "GET /api/v1/tasks",
    "openapi": "GET /openapi.json",
    "ready": "GET /ready",
    "retry": "POST /api/v1/tasks/{task_id}/retry",
    "schedule": "POST /api/v1/tasks/schedule",
    "sweep": "POST /api/v1/sweep",
}
"""What the HTTP API lets through, by a short name; everything else is answered 404 without a function."""

# A function may write nowhere else; what it stores is gone with its environment.
ENVIRONMENT = {"CALLBACK_DATABASE": "/tmp/callback.sqlite3"}  # noqa: S108

# "$default" is the stage without a path of its own; API Gateway waits at most 30 s, not adjustable:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
STAGE = "$default"
LONGEST_WAIT_MILLISECONDS = 30_000


@dataclass(frozen=True, slots=True)
class CallbackServiceArgs:
    """What the service is made of; `package` is the folder of the staged code."""

    names: Names
    settings: Settings
    package: str


class CallbackService(pulumi.ComponentResource):
    """The callback service's function and the HTTP API in front of it."""

    url: pulumi.Output[str]

    def __init__(self, name: str, args: CallbackServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:CallbackService", name, None, opts)
        function = self._function(name, args)
        api = aws.apigatewayv2.Api(
            f"{name}-api",
            name=args.names.callback,
            description="The callback service",
            protocol_type="HTTP",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._routes(name, function, api)
        self.url = api.api_endpoint
        self.register_outputs({"url": self.url})

    def _function(self, name: str, args: CallbackServiceArgs) -> aws.lambda_.Function:
        role = FunctionRole(
            f"{name}-function",
            FunctionRoleArgs(args.names.callback_role, args.names.callback, args.settings.log_retention_days),
            pulumi.ResourceOptions(parent=self),
        )
        return aws.lambda_.Function(
            name,
            name=args.names.callback,
            description="The callback service",
            role=role.arn,
            code=pulumi.FileArchive(args.package),
            handler="callback_api.lambda_handler.handle",
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            timeout=args.settings.callback.timeout_seconds,
            memory_size=args.settings.callback.memory_mb,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=ENVIRONMENT),
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=role.log_group.name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
        )

    def _routes(self, name: str, function: aws.lambda_.Function, api: aws.apigatewayv2.Api) -> None:
        child = pulumi.ResourceOptions(parent=self)
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=function.invoke_arn,
            payload_format_version="2.0",
            timeout_milliseconds=LONGEST_WAIT_MILLISECONDS,
            opts=child,
        )
        for short, route_key in ROUTES.items():
            aws.apigatewayv2.Route(
                f"{name}-route-{short}",
                api_id=api.id,
                route_key=route_key,
                target=pulumi.Output.concat("integrations/", integration.id),
                opts=child,
            )
            aws.lambda_.Permission(
                f"{name}-permission-{short}",
                statement_id=f"http-api-{short}",
                action="lambda:InvokeFunction",
                function=function.name,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.concat(api.execution_arn, "/", STAGE, "/", _permitted(route_key)),
                opts=child,
            )
        aws.apigatewayv2.Stage(f"{name}-stage", api_id=api.id, name=STAGE, auto_deploy=True, opts=child)


def _permitted(route_key: str) -> str:
    """The end of the ARN of a route's calls, in which a variable of the path is any text."""
    return re.sub(r"\{\w+\}", "*", route_key.replace(" ", "", 1))
