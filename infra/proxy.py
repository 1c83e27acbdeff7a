"""Function that makes the HTTP calls."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.encryption import DECRYPT, SEND, key_permissions, secret_key_permissions
from infra.function_role import FunctionRole, FunctionRoleArgs
from infra.lambda_runtime import ARCHITECTURE, RUNTIME
from infra.logging_config import logging_config
from infra.network_interfaces import network_permissions, vpc_config
from infra.policies import Allow, Deny
from infra.retry_mapping import RetryMapping, RetryMappingArgs
from schedule_catalog.deployment.names import EVENT_SOURCE
from schedule_catalog.settings import CATALOG, RETRY, origins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infra.account import Account
    from infra.holding_queue import HoldingQueue
    from infra.retry_queue import RetryQueue
    from infra.run_ledger import RunLedger
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import ProxySize, Settings

# Lambda's own retries of a crashed invocation, and the time that it keeps an event that it cannot start:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
ASYNC_RETRIES = 2
LONGEST_EVENT_AGE_SECONDS = 6 * 60 * 60
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_READ_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")


@dataclass(frozen=True, slots=True)
class ProxyArgs:
    """Parts and permissions of the proxy.

    code: the package, with the settings in it.
    parameter_arn: the parameter with the settings of a version of release 0.1.
    undelivered: the queue of undelivered calls.
    retries: the queue of calls that wait for their next attempt.
    ledger: the table of runs; None if the settings turn it off.
    """

    names: Names
    settings: Settings
    account: Account
    code: pulumi.Input[pulumi.Archive]
    parameter_arn: pulumi.Input[str]
    undelivered: HoldingQueue
    retries: RetryQueue
    ledger: RunLedger | None


class ProxyFunction(pulumi.ComponentResource):
    """Proxy's function, with one published version behind an alias for each origin.

    The function and the aliases of run-time calls are protected: schedules of applications refer to them. An
    application must be retired before it is removed from the settings.
    """

    function: aws.lambda_.Function
    aliases: Mapping[str, aws.lambda_.Alias]
    log_group: pulumi.Output[str]

    def __init__(self, name: str, args: ProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:Proxy", name, None, opts)
        role = FunctionRole(
            f"{name}-function",
            _role(args),
            pulumi.ResourceOptions(parent=self),
        )
        self.function = self._function(name, args, role)
        aliases = (*origins(args.settings), RETRY)
        self.aliases = {alias: self._alias(name, alias, args, role) for alias in aliases}
        RetryMapping(
            f"{name}-retries",
            RetryMappingArgs(
                args.retries.arn,
                self.aliases[RETRY].arn,
                self.function.name,
                args.account.region,
                role.policy,
                args.settings.proxy.retries_at_once,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        if args.settings.proxy.provisioned_concurrency:
            self._ready(name, args.settings.proxy)
        self.log_group = role.log_group.name
        self.register_outputs({"function_arn": self.function.arn})

    def _function(self, name: str, args: ProxyArgs, role: FunctionRole) -> aws.lambda_.Function:
        return aws.lambda_.Function(
            name,
            name=args.names.proxy,
            description="Makes the HTTP calls of schedules",
            role=role.arn,
            code=args.code,
            handler="proxy.lambda_handler.handle",
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            timeout=args.settings.proxy.timeout_seconds,
            memory_size=args.settings.proxy.memory_mb,
            reserved_concurrent_executions=args.settings.proxy.reserved_concurrency,
            publish=True,
            kms_key_arn=args.settings.kms_key_arn,
            vpc_config=vpc_config(args.settings.vpc),
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=_environment(args)),
            logging_config=logging_config(role.log_group.name, args.settings.log_level, counted=True),
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[role.policy]),
        )

    def _alias(self, name: str, alias: str, args: ProxyArgs, role: FunctionRole) -> aws.lambda_.Alias:
        resource = aws.lambda_.Alias(
            f"{name}-{alias}",
            name=alias,
            description=f"Calls of origin {alias}",
            function_name=self.function.name,
            function_version=self.function.version,
            opts=pulumi.ResourceOptions(parent=self, protect=_is_kept(alias, args.settings)),
        )
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-{alias}-events",
            function_name=self.function.name,
            qualifier=resource.name,
            maximum_retry_attempts=ASYNC_RETRIES,
            maximum_event_age_in_seconds=_event_age_seconds(args.settings),
            destination_config=aws.lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
                on_failure=aws.lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(
                    destination=args.undelivered.arn
                )
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
        )
        return resource

    def _ready(self, name: str, size: ProxySize) -> None:
        """Executions that are always ready: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html."""
        aws.lambda_.ProvisionedConcurrencyConfig(
            f"{name}-ready",
            function_name=self.function.name,
            qualifier=self.aliases[size.provisioned_origin].name,
            provisioned_concurrent_executions=size.provisioned_concurrency or 0,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _is_kept(alias: str, settings: Settings) -> bool:
    application = settings.applications.get(alias)
    return not application.retired if application else alias not in (CATALOG, RETRY)


def _role(args: ProxyArgs) -> FunctionRoleArgs:
    return FunctionRoleArgs(
        account=args.account,
        role_name=args.names.proxy_role,
        function_name=args.names.proxy,
        log_retention_days=args.settings.log_retention_days,
        allowed=_allowed(args),
        kms_key_arn=args.settings.kms_key_arn,
    )


def _allowed(args: ProxyArgs) -> tuple[Allow | Deny, ...]:
    prefix = args.settings.secret_prefix
    secrets = args.account.arn("secretsmanager", f"secret:{prefix}*")
    parameters = args.account.arn("ssm", f"parameter{prefix}*")
    ledger = _ledger_permissions(args.ledger) if args.ledger else ()
    schedules = args.account.arn("scheduler", f"schedule/{args.names.catalog_group}/*")
    function = args.account.arn("lambda", f"function:{args.names.proxy}")
    network = network_permissions(function) if args.settings.vpc else ()
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    source = {"events:source": EVENT_SOURCE}
    events = [Allow("TellOfUndelivered", ["events:PutEvents"], [_bus(args)], source)] if _tells(args) else []
    return (
        Allow("ReadSettings", ["ssm:GetParameter"], [args.parameter_arn]),
        Allow("ReadSecrets", ["secretsmanager:GetSecretValue"], [secrets]),
        Allow("ReadSecretParameters", ["ssm:GetParameter"], [parameters]),
        Allow("AskWhenCreated", ["scheduler:GetSchedule"], [schedules]),
        Allow("HandOver", ["sqs:SendMessage"], [args.undelivered.arn, args.retries.arn]),
        Allow("TakeUp", _READ_QUEUE, [args.retries.arn]),
        *_client_permissions(args),
        *ledger,
        *events,
        *network,
        *key_permissions(args.settings.kms_key_arn, args.account, _key_uses(args)),
        *secret_key_permissions(args.settings.secret_kms_keys, args.account),
    )


def _client_permissions(args: ProxyArgs) -> Iterator[Allow]:
    """Roles that the proxy may assume, and audiences for which it may get tokens: only those of declared clients.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    """
    clients = args.settings.clients.values()
    roles = sorted({client.role for client in clients if client.role is not None})
    audiences = sorted({client.audience for client in clients if client.type == "oidc" and client.audience is not None})
    if roles:
        yield Allow("SignAsClients", ["sts:AssumeRole"], roles)
    if audiences:
        # STS does not know resources of tokens.
        yield Allow("GetTokens", ["sts:GetWebIdentityToken"], ["*"], each={"sts:IdentityTokenAudience": audiences})
        tags = {"aws:TagKeys": ["origin", "stack"]}
        stack = {"aws:RequestTag/stack": args.settings.stack}
        yield Allow("TagTokens", ["sts:TagGetWebIdentityToken"], ["*"], stack, each=tags)


def _ledger_permissions(ledger: RunLedger) -> tuple[Allow, ...]:
    """Reading runs and pauses, and writing runs, whose partitions begin with an origin and "#"."""
    return (
        Allow("ReadLedger", ["dynamodb:GetItem"], [ledger.arn]),
        Allow("RecordRuns", ["dynamodb:PutItem"], [ledger.arn], leading_keys="*#*"),
    )


def _key_uses(args: ProxyArgs) -> dict[str, Sequence[str]]:
    """Uses of the key: for its environment, its queues, its ledger and the signing keys."""
    ledger = {"dynamodb": DECRYPT} if args.ledger else {}
    signing = {"secretsmanager": DECRYPT} if args.settings.signing else {}
    return {"lambda": DECRYPT, "sqs": SEND, **ledger, **signing}


def _environment(args: ProxyArgs) -> dict[str, pulumi.Input[str]]:
    routes = args.settings.proxy_routes
    laptop = {"PROXY_ROUTES": json.dumps(asdict(routes))} if routes else {}
    ledger = {"LEDGER_TABLE": args.ledger.name} if args.ledger else {}
    return {
        "PROJECT": args.names.project,
        "STACK": args.settings.stack,
        "RETRY_QUEUE_URL": args.retries.url,
        "UNDELIVERED_QUEUE_URL": args.undelivered.url,
        **ledger,
        **({"EVENT_BUS_ARN": _bus(args)} if _tells(args) else {}),
        **laptop,
    }


def _tells(args: ProxyArgs) -> bool:
    return args.settings.undelivered_events


def _bus(args: ProxyArgs) -> str:
    """The account's own bus, which is in every region and which nobody has to make."""
    return args.account.arn("events", "event-bus/default")


def _event_age_seconds(settings: Settings) -> int:
    """Longest age of an event: no request is retried beyond its age limit."""
    return min(settings.retry.most_age_minutes * 60, LONGEST_EVENT_AGE_SECONDS)
