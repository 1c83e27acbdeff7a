"""Permissions of the callback service's function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from infra.encryption import DECRYPT, key_permissions
from infra.policies import Allow
from infra.scheduling_permissions import LIST_SCHEDULES, scheduling_permissions
from infra.task_table import INDEXES
from schedule_catalog.settings import CALLBACK

if TYPE_CHECKING:
    from infra.account import Account
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings

# Actions of the service's store; a transaction needs no further action.
_TABLE = (
    *("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem"),
    *("dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
)
_READ_SECRET = ("secretsmanager:GetSecretValue",)


def callback_permissions(
    names: Names,
    settings: Settings,
    account: Account,
    table_arn: pulumi.Output[str],
    signing_key_arn: pulumi.Input[str] | None,
) -> tuple[Allow, ...]:
    """Return statements for its table, the schedules with the applications' prefix, their role, and its signing keys.

    Where they are encrypted with a key of the stack's, what it takes to read them. Last, what the settings permit a
    company's own code.
    """
    indexes = [pulumi.Output.concat(table_arn, "/index/", index) for index in INDEXES]
    signing = {"secretsmanager": DECRYPT} if signing_key_arn else {}
    return (
        Allow("KeepTasks", _TABLE, [table_arn, *indexes]),
        *scheduling_permissions(names, account, settings.name_prefix, [CALLBACK]),
        LIST_SCHEDULES,
        *([Allow("ReadSigningKeys", _READ_SECRET, [signing_key_arn])] if signing_key_arn else []),
        *key_permissions(settings.kms_key_arn, account, {"lambda": DECRYPT, "dynamodb": DECRYPT, **signing}),
        *(
            Allow(f"Handlers{name}", sorted(each.actions), sorted(each.resources))
            for name, each in sorted(settings.callback.permissions.items())
        ),
    )
