"""AWS account and region of the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from schedule_catalog.settings import CHINA, elsewhere, is_in_china, path_text, set_command

if TYPE_CHECKING:
    from infra.provenance import Provenance
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class Account:
    """Account of the stack, and its rules for roles.

    partition: `aws` or `aws-us-gov`.
    role_path: the path of the stack's roles; permissions_boundary: the ARN of the policy that limits them.
    """

    id: str
    region: str
    partition: str
    role_path: str = "/"
    permissions_boundary: str | None = None

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def role_arn(self, name: str) -> str:
        """Return the ARN of a role of this account, existing or not."""
        return f"arn:{self.partition}:iam::{self.id}:role{self.role_path}{name}"


def current_account(settings: Settings, provenance: Provenance) -> Account:
    """Return the account and region of Pulumi's credentials and configuration.

    Raises RunError if AWS does not return them, or if the settings have another account or region. Without an account
    in the settings, a message shows the current one.
    """
    caller, region = _asked(settings.stack, provenance)
    _refuse_elsewhere(settings, caller, region, provenance)
    if settings.account is None:
        command = set_command(settings.stack, ("account",), caller.account_id)
        pulumi.info(f"the account is {caller.account_id} in {region}, as {caller.arn}; to refuse others run: {command}")
    return Account(
        id=caller.account_id,
        region=region,
        partition=caller.arn.split(":")[1],
        role_path=settings.role_path,
        permissions_boundary=settings.permissions_boundary,
    )


def _asked(stack: str, provenance: Provenance) -> tuple[aws.GetCallerIdentityResult, str]:
    try:
        return aws.get_caller_identity(), aws.get_region().region
    except Exception as error:  # Pulumi hides the provider's message
        hints = [f"the credentials are those of {provenance.credentials()}; who they are: aws sts get-caller-identity"]
        if provenance.region() is None:
            hints.append(f"no region is set; run: pulumi config set --stack {stack} aws:region eu-west-1")
        raise pulumi.RunError("\n".join([f"AWS does not return the account: {error}", *hints])) from None


def _refuse_elsewhere(
    settings: Settings, caller: aws.GetCallerIdentityResult, region: str, provenance: Provenance
) -> None:
    lines: list[str] = []
    if settings.account not in (None, caller.account_id):
        command = set_command(settings.stack, ("account",), caller.account_id)
        lines.append(
            f'the stack "{settings.stack}" belongs to account {settings.account}, but the credentials are of '
            f"{caller.account_id}: {caller.arn}, from {provenance.credentials()}; use those of {settings.account} "
            f"(AWS_PROFILE, or a login), or to move the stack there run: {command}"
        )
    if settings.region not in (None, region):
        source = provenance.region() or "the AWS profile"
        lines.append(
            f'the stack "{settings.stack}" belongs to {settings.region}, but the region is {region}, from {source}; '
            f"run: pulumi config set --stack {settings.stack} aws:region {settings.region}"
        )
    if is_in_china(region):
        lines.append(CHINA)
    lines += [f"{path_text(path)}: {message}" for path, _, message in elsewhere(settings, region)]
    if lines:
        raise pulumi.RunError("\n".join(lines))
