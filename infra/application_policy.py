"""What an application is allowed that schedules calls of its own."""

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
    """The application as the settings call it, and what they say of it."""

    names: Names
    account: Account
    application: str
    settings: Application


class ApplicationPolicy(pulumi.ComponentResource):
    """A managed policy to attach to the application's role: its own run-time schedules, and nothing of anybody else's.

    It is not attached here: the role belongs to the application. Until the application is isolated it may give its
    schedules the shared role as well, so that whatever runs with an older environment goes on. Once it is retired the
    policy is still there, since IAM deletes none that is attached.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ApplicationPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ApplicationPolicy", name, None, opts)
        policy = aws.iam.Policy(
            f"{name}-policy",
            name=args.names.application(args.application),
            description=f"Lets {args.application} schedule calls of its own",
            policy=document(*_permissions(args), LIST_SCHEDULES),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})


def _permissions(args: ApplicationPolicyArgs) -> tuple[Allow, ...]:
    settings = args.settings
    if settings.retired:
        return leftover_permissions(args.names, args.account, settings.prefix)
    origins = [args.application] if settings.isolated else [ADHOC, args.application]
    return scheduling_permissions(args.names, args.account, settings.prefix, origins)
