"""Callback service: FastAPI on Lambda behind an HTTP API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.access_log import AccessLog, AccessLogArgs
from infra.callback_permissions import callback_permissions
from infra.function_role import FunctionRole, FunctionRoleArgs
from infra.lambda_runtime import ARCHITECTURE, RUNTIME
from infra.logging_config import logging_config
from infra.packages import OWN_CODE
from infra.task_table import TaskTable, TaskTableArgs
from schedule_catalog.deployment.callback_environment import callback_environment
from schedule_catalog.deployment.client_environment import scheduler_environment
from schedule_catalog.settings import BUILT_IN_SERVICE, CALLBACK, FEATURES, signing_key_of_callback, signing_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.account import Account
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings

ROUTES: Mapping[str, str] = {
    "callback": "POST /api/v1/tasks/callback",
    "cancel": "DELETE /api/v1/tasks/{task_id}",
    "get": "GET /api/v1/tasks/{task_id}",
    "health": "GET /health",
    "list": "GET /api/v1/tasks",
    "me": "GET /api/v1/me",
    "openapi": "GET /openapi.json",
    "page": "GET /",
    "ready": "GET /ready",
    "retry": "POST /api/v1/tasks/{task_id}/retry",
    "schedule": "POST /api/v1/tasks/schedule",
    "sweep": "POST /api/v1/sweep",
}
"""Routes of the HTTP API, by a short name; it answers everything else with 404, without the function."""

# "$default" is the stage without a path of its own; API Gateway waits at most 30 s, not adjustable:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
STAGE = "$default"
# The folder of a function's package: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_ROOT = "/var/task"
LONGEST_WAIT_MILLISECONDS = 30_000
# Far above the requests of people and the proxy; the API answers a flood with 429, without the function.
REQUESTS_PER_SECOND, BURST = 100, 200


@dataclass(frozen=True, slots=True)
class CallbackServiceArgs:
    """Parts of the service; `package` is the folder of the staged code.

    signing_key_arn: the secret of the key that signs its calls; none where no key does.
    own_code: the folder of the staged code of a company.
    """

    names: Names
    settings: Settings
    account: Account
    package: str
    signing_key_arn: pulumi.Input[str] | None
    own_code: str | None = None


class CallbackService(pulumi.ComponentResource):
    """Callback service's function, its table, and the HTTP API in front of it."""

    url: pulumi.Output[str]
    api_id: pulumi.Output[str]

    def __init__(self, name: str, args: CallbackServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:CallbackService", name, None, opts)
        table = TaskTable(
            f"{name}-tasks",
            TaskTableArgs(args.names.tasks, args.settings.kms_key_arn),
            pulumi.ResourceOptions(parent=self),
        )
        function = self._function(name, args, table)
        api = aws.apigatewayv2.Api(
            f"{name}-api",
            name=args.names.callback,
            description="The callback service",
            protocol_type="HTTP",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._routes(name, function, api)
        self._stage(name, args, api)
        self.url = api.api_endpoint
        self.api_id = api.id
        self.register_outputs({"url": self.url})

    def _function(self, name: str, args: CallbackServiceArgs, table: TaskTable) -> aws.lambda_.Function:
        role = FunctionRole(
            f"{name}-function",
            FunctionRoleArgs(
                args.account,
                args.names.callback_role,
                args.names.callback,
                args.settings.log_retention_days,
                callback_permissions(args.names, args.settings, args.account, table.arn, args.signing_key_arn),
                args.settings.kms_key_arn,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return aws.lambda_.Function(
            name,
            name=args.names.callback,
            description="The callback service",
            role=role.arn,
            code=_code(args),
            handler="callback_api.lambda_handler.handle",
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            timeout=args.settings.callback.timeout_seconds,
            memory_size=args.settings.callback.memory_mb,
            kms_key_arn=args.settings.kms_key_arn,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=_environment(args, table)),
            logging_config=logging_config(role.log_group.name, args.settings.log_level),
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

    def _stage(self, name: str, args: CallbackServiceArgs, api: aws.apigatewayv2.Api) -> None:
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        kept = AccessLogArgs(args.names.callback, settings.log_retention_days, settings.kms_key_arn)
        log = AccessLog(f"{name}-access", kept, child)
        aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=api.id,
            name=STAGE,
            auto_deploy=True,
            access_log_settings=log.settings,
            default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
                throttling_burst_limit=BURST, throttling_rate_limit=REQUESTS_PER_SECOND
            ),
            opts=child,
        )


def _code(args: CallbackServiceArgs) -> pulumi.Archive:
    staged = pulumi.FileArchive(args.package)
    return (
        staged
        if args.own_code is None
        else pulumi.AssetArchive({".": staged, OWN_CODE: pulumi.FileArchive(args.own_code)})
    )


def _environment(args: CallbackServiceArgs, table: TaskTable) -> dict[str, pulumi.Input[str]]:
    """Environment of the function; of its keys only the name of their secret."""
    key = signing_key_of_callback(args.settings)
    if key is None:
        bound = "{services: [" + BUILT_IN_SERVICE + "]}"
        pulumi.warn(f"no key of signing signs all calls of {BUILT_IN_SERVICE}, so it does not start: add {bound}")
    return {
        "CALLBACK_DATABASE_URL": pulumi.Output.concat("dynamodb:", table.name),
        "SCHEDULER_FEATURES": ",".join(FEATURES),
        **scheduler_environment(
            args.names,
            args.account.id,
            args.settings.name_prefix,
            args.account.partition,
            CALLBACK,
            args.account.role_path,
        ),
        **({"CALLBACK_SIGNING_SECRET": signing_secret(args.settings, key)} if key else {}),
        **callback_environment(args.settings.callback, f"{_ROOT}/{OWN_CODE}"),
    }


def _permitted(route_key: str) -> str:
    """End of the ARN of a route's calls, in which a variable of the path is any text."""
    return re.sub(r"\{\w+\}", "*", route_key.replace(" ", "", 1))
