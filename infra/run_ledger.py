"""Table that records every run."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.protected_table import protected_table

BY_OUTCOME = "by-outcome"
"""Index of the runs that were not delivered."""


@dataclass(frozen=True, slots=True)
class RunLedgerArgs:
    """Name of the table, which never changes: pending retries refer to its items.

    kms_key_arn: the key that encrypts it; None for DynamoDB's own.
    """

    table_name: str
    kms_key_arn: str | None = None


class RunLedger(pulumi.ComponentResource):
    """Table with an item for each run, which expires by itself, and an index of runs that were not delivered.

    An item is found by origin and schedule (`pk`) and scheduled time (`sk`); the index has those with the outcome
    and its day (`outcome_day`), by the time of their last change (`updated`). The table is protected and can be
    restored to any second of the last 35 days: without it a run could be delivered twice.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: RunLedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:RunLedger", name, None, opts)
        table = protected_table(
            self,
            name,
            args.table_name,
            indexes={BY_OUTCOME: ("outcome_day", "updated")},
            projection="ALL",
            expires="expires",
            kms_key_arn=args.kms_key_arn,
        )
        self.arn = table.arn
        self.name = table.name
        self.register_outputs({"arn": self.arn, "name": self.name})
