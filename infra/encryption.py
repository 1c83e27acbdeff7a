"""Permissions of roles for the stack's own key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from infra.policies import Allow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from infra.account import Account

DECRYPT = ("kms:Decrypt",)
# SQS encrypts a message with a data key that it has created or, in its cache, decrypted:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
SEND = ("kms:Decrypt", "kms:GenerateDataKey")


def key_permissions(key_arn: str | None, account: Account, uses: Mapping[str, Sequence[str]]) -> tuple[Allow, ...]:
    """Return the actions of each service with the key for the role, by the service's name in `kms:ViaService`.

    The role itself is refused: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    if key_arn is None:
        return ()
    return tuple(
        Allow(f"UseKeyBy{service.title()}", actions, [key_arn], {"kms:ViaService": _service(service, account)})
        for service, actions in uses.items()
    )


def secret_key_permissions(keys: Collection[str], account: Account) -> tuple[Allow, ...]:
    """Return the permissions to read secrets with their owners' keys, limited to the two stores.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    if not keys:
        return ()
    return tuple(
        Allow(f"DecryptSecretsBy{sid}", DECRYPT, sorted(keys), {"kms:ViaService": _service(service, account)})
        for sid, service in (("SecretsManager", "secretsmanager"), ("ParameterStore", "ssm"))
    )


def payload_permission(key_arn: str | None, group_arn: pulumi.Input[str]) -> tuple[Allow, ...]:
    """Return the permission for payloads of a group's schedules, which EventBridge Scheduler decrypts as the role.

    So the condition has the encryption context, and no service:
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    """
    if key_arn is None:
        return ()
    schedules = pulumi.Output.from_input(group_arn).apply(_schedules)
    return (
        Allow("ReadPayload", DECRYPT, [key_arn], like={"kms:EncryptionContext:aws:scheduler:schedule:arn": schedules}),
    )


def _service(name: str, account: Account) -> str:
    return f"{name}.{account.region}.amazonaws.com"


def _schedules(group_arn: str) -> str:
    return group_arn.replace(":schedule-group/", ":schedule/") + "/*"
