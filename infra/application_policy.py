"""Permissions of an application that schedules calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.policies import Allow, document
from infra.scheduling_permissions import LIST_SCHEDULES, leftover_permissions, scheduling_permissions
from schedule_catalog.settings import ADHOC

if TYPE_CHECKING:
    from infra.account import Account
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Application


@dataclass(frozen=True, slots=True)
class ApplicationPolicyArgs:
    """Application as named in the settings, with its settings."""

    names: Names
    account: Account
    application: str
    settings: Application


class ApplicationPolicy(pulumi.ComponentResource):
    """Managed policy for the application's role: only its own run-time schedules.

    The program does not attach it: the role belongs to the application. Until the application is isolated it may also
    give its schedules the shared role, so that programs with an older environment still work. Once it is retired the
    policy stays, since IAM does not delete an attached one.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ApplicationPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ApplicationPolicy", name, None, opts)
        policy = aws.iam.Policy(
            f"{name}-policy",
            name=args.names.application(args.application),
            description=f"Lets {args.application} schedule calls",
            policy=document(*_permissions(args), LIST_SCHEDULES),
            # IAM cannot change it: another text would recreate the policy, which fails while it is attached.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["description"]),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})


def _permissions(args: ApplicationPolicyArgs) -> tuple[Allow, ...]:
    settings = args.settings
    if settings.retired:
        return leftover_permissions(args.names, args.account, settings.prefix)
    origins = [args.application] if settings.isolated else [ADHOC, args.application]
    return scheduling_permissions(args.names, args.account, settings.prefix, origins)
