"""The table that records every run."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.table_encryption import table_encryption

BY_OUTCOME = "by-outcome"
"""The index of the runs that were not delivered."""


@dataclass(frozen=True, slots=True)
class RunLedgerArgs:
    """Name of the table, which never changes: pending retries refer to what it holds.

    kms_key_arn: the key that encrypts it; none is one of DynamoDB's own.
    """

    table_name: str
    kms_key_arn: str | None = None


class RunLedger(pulumi.ComponentResource):
    """One table with an item for each run, which expires by itself, and an index of what was not delivered.

    An item is found by origin and schedule (`pk`) and scheduled time (`sk`); the index has those that carry the outcome
    and its day (`outcome_day`), by the time of their last change (`updated`). The table is protected and can be
    restored to any second of the last 35 days: without it a run could be delivered twice.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: RunLedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:RunLedger", name, None, opts)
        table = aws.dynamodb.Table(
            f"{name}-table",
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="pk",
            range_key="sk",
            attributes=[
                aws.dynamodb.TableAttributeArgs(name=attribute, type="S")
                for attribute in ("pk", "sk", "outcome_day", "updated")
            ],
            global_secondary_indexes=[
                aws.dynamodb.TableGlobalSecondaryIndexArgs(
                    name=BY_OUTCOME,
                    key_schemas=[
                        aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=name_, key_type=type_)
                        for name_, type_ in (("outcome_day", "HASH"), ("updated", "RANGE"))
                    ],
                    projection_type="ALL",
                )
            ],
            ttl=aws.dynamodb.TableTtlArgs(attribute_name="expires", enabled=True),
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=True,
            server_side_encryption=table_encryption(args.kms_key_arn),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.arn = table.arn
        self.name = table.name
        self.register_outputs({"arn": self.arn, "name": self.name})
