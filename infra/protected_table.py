"""Table that is protected and can be restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pulumi
import pulumi_aws as aws

KEYS = ("pk", "sk")
"""Hash key and range key of the table."""


def protected_table(
    component: pulumi.Resource,
    name: str,
    table_name: str,
    *,
    indexes: Mapping[str, tuple[str, str]],
    projection: Literal["ALL", "KEYS_ONLY"],
    expires: str | None = None,
    kms_key_arn: str | None = None,
) -> aws.dynamodb.Table:
    """Declare an on-demand table that can be restored to any second of the last 35 days.

    indexes: the hash key and the range key of each, all of them texts.
    projection: attributes in the indexes.
    expires: attribute with the expiry of items.
    kms_key_arn: the key that encrypts the table; without one DynamoDB uses its own.
    """
    table = aws.dynamodb
    return aws.dynamodb.Table(
        f"{name}-table",
        name=table_name,
        billing_mode="PAY_PER_REQUEST",
        hash_key=KEYS[0],
        range_key=KEYS[1],
        attributes=[table.TableAttributeArgs(name=key, type="S") for keys in (KEYS, *indexes.values()) for key in keys],
        global_secondary_indexes=[
            table.TableGlobalSecondaryIndexArgs(
                name=index,
                key_schemas=[
                    table.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=key, key_type=type_)
                    for key, type_ in zip(keys, ("HASH", "RANGE"), strict=True)
                ],
                projection_type=projection,
            )
            for index, keys in indexes.items()
        ],
        ttl=table.TableTtlArgs(attribute_name=expires, enabled=True) if expires else None,
        point_in_time_recovery=table.TablePointInTimeRecoveryArgs(enabled=True),
        deletion_protection_enabled=True,
        server_side_encryption=(
            table.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=kms_key_arn) if kms_key_arn else None
        ),
        opts=pulumi.ResourceOptions(parent=component, protect=True),
    )
