"""The table of the callback service's tasks."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.table_encryption import table_encryption

INDEXES = ("gsi1", "gsi2")
"""The indexes, which hold keys alone; theirs are `pk` and `sk` with the name of the index before them."""


@dataclass(frozen=True, slots=True)
class TaskTableArgs:
    """Name of the table, which never changes: nothing else has the tasks.

    kms_key_arn: the key that encrypts it; none is one of DynamoDB's own.
    """

    table_name: str
    kms_key_arn: str | None = None


class TaskTable(pulumi.ComponentResource):
    """One table with the keys that the service's store asks for; what is in it never expires.

    It is protected, and can be restored to any second of the last 35 days.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: TaskTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:TaskTable", name, None, opts)
        table = aws.dynamodb.Table(
            f"{name}-table",
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="pk",
            range_key="sk",
            attributes=[
                aws.dynamodb.TableAttributeArgs(name=f"{index}{key}", type="S")
                for index in ("", *INDEXES)
                for key in ("pk", "sk")
            ],
            global_secondary_indexes=[
                aws.dynamodb.TableGlobalSecondaryIndexArgs(
                    name=index,
                    key_schemas=[
                        aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                            attribute_name=f"{index}{key}", key_type=type_
                        )
                        for key, type_ in (("pk", "HASH"), ("sk", "RANGE"))
                    ],
                    projection_type="KEYS_ONLY",
                )
                for index in INDEXES
            ],
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=True,
            server_side_encryption=table_encryption(args.kms_key_arn),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.arn = table.arn
        self.name = table.name
        self.register_outputs({"arn": self.arn, "name": self.name})
