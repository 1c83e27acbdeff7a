"""Keys that sign calls: created once, and rotated only by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from schedule_catalog.settings import FIRST, Settings, new_signing_key, signing_key_of_callback, signing_secret

if TYPE_CHECKING:
    from collections.abc import Mapping


# Default days for which a deleted secret can be restored, and its name is taken:
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
_AWS_KEEPS = 30


@dataclass(frozen=True, slots=True)
class SigningKeysArgs:
    """The stack's settings, whose `signing` names the keys."""

    settings: Settings


class SigningKeys(pulumi.ComponentResource):
    """A protected secret for each signing key, with a random key in it that no later deployment changes.

    Each run of the program generates a key, and all but the first are ignored. The key is encrypted in the state, but
    everyone who can run a preview can read it: `schedules keys rotate` replaces it by one that is in no state.

    The label keeps the version after a rotation. Secrets Manager deletes a version without a label; the provider
    would find its version gone (`secretsmanager:GetSecretValue` by version in its refresh), and put another in its
    place. And should the state lose the version all the same, the new one is not current: AWSCURRENT, which readers
    ask for, is set automatically only on the first version of a secret, and moves only for a version without labels of
    its own: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """

    arns: Mapping[str, pulumi.Output[str]]
    of_callback: pulumi.Output[str] | None

    def __init__(self, name: str, args: SigningKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:SigningKeys", name, None, opts)
        self.arns = {key: self._secret(f"{name}-{key}", key, args.settings) for key in args.settings.signing}
        callback = signing_key_of_callback(args.settings)
        self.of_callback = self.arns[callback] if callback else None
        self.register_outputs({"arns": self.arns})

    def _secret(self, name: str, key: str, settings: Settings) -> pulumi.Output[str]:
        secret = aws.secretsmanager.Secret(
            name,
            name=signing_secret(settings, key),
            description="Signs calls by Standard Webhooks: one key, or two during a rotation",
            kms_key_id=settings.kms_key_arn,
            recovery_window_in_days=None
            if settings.secret_recovery_days == _AWS_KEEPS
            else settings.secret_recovery_days,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        aws.secretsmanager.SecretVersion(
            f"{name}-first",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(new_signing_key()),
            version_stages=[FIRST],
            opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["secretString", "versionStages"]),
        )
        return secret.arn
