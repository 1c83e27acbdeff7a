"""Parameter with the parts of the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.errors import ManifestError
from schedule_catalog.settings import ADHOC, CALLBACK, CATALOG, FEATURES, RETRY, settings_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.account import Account
    from infra.callback_service import CallbackService
    from infra.delivery import DeliveryComponents
    from infra.execution_role import ExecutionRole
    from infra.holding_queue import HoldingQueue
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class ManifestArgs:
    """Parts in the manifest; the rest follows from the names of the stack.

    roles: the execution role of each origin.
    """

    names: Names
    settings: Settings
    entries: Sequence[Entry]
    account: Account
    delivery: DeliveryComponents
    dead_letters: HoldingQueue
    callback: CallbackService
    roles: Mapping[str, ExecutionRole]


class ManifestParameter(pulumi.ComponentResource):
    """Parameter in Parameter Store, with which `schedules history` and the other operations find the stack."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: ManifestArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:Manifest", name, None, opts)
        parameter = aws.ssm.Parameter(
            f"{name}-parameter",
            name=args.names.manifest,
            description="Parts of the stack",
            type="String",
            tier="Intelligent-Tiering",
            insecure_value=pulumi.Output.all(**_unknown(args)).apply(lambda known: _text(args, known)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = parameter.name
        self.register_outputs({"name": self.name})


def deployed_manifest(names: Names) -> Manifest:
    """Return the manifest of a deployed stack; raises RunError with the command that deploys it."""
    command = f"pulumi up --stack {names.stack}"
    try:
        answer = aws.ssm.get_parameter(name=names.manifest, with_decryption=False)
    except Exception as error:
        reason = str(error).strip().splitlines()[-1:]
        where = f'the stack "{names.stack}" has no manifest "{names.manifest}" in this account and region'
        raise pulumi.RunError(f"{where}: run {command} first ({'; '.join(reason)})") from None
    try:
        return Manifest.from_json(answer.insecure_value or answer.value)
    except ManifestError as error:
        raise pulumi.RunError(f'{error}; the stack is "{names.stack}"') from None


def _unknown(args: ManifestArgs) -> dict[str, pulumi.Input[Any]]:
    """Message of AWS if the parts exist."""
    parts = args.delivery
    return {
        "aliases": {name: parts.proxy.aliases[name].arn for name in (CATALOG, ADHOC, RETRY)},
        "function": parts.proxy.function.name,
        "ledger_table": parts.ledger.name if parts.ledger else None,
        "retry_queue_url": parts.retries.url,
        "undelivered_queue_url": parts.undelivered.url,
        "scheduler_dlq_url": args.dead_letters.url,
        "scheduler_dlq_arn": args.dead_letters.arn,
        "catalog_role_arn": args.roles[CATALOG].arn,
        "adhoc_role_arn": args.roles[ADHOC].arn,
        "senders": {origin: role.unique_id for origin, role in args.roles.items()},
        "log_group": parts.proxy.log_group,
        "callback_url": args.callback.url,
    }


def _text(args: ManifestArgs, known: Mapping[str, Any]) -> str:
    names = args.names
    return Manifest(
        project=names.project,
        stack=names.stack,
        region=names.region,
        account=args.account.id,
        catalog_group=names.catalog_group,
        adhoc_group=names.adhoc_group,
        settings_parameter=names.proxy_settings,
        settings_digest=settings_digest(args.settings, args.entries),
        prefixes={CALLBACK: args.settings.name_prefix}
        | {name: each.prefix for name, each in args.settings.applications.items()},
        features=FEATURES,
        **known,
    ).to_json()
