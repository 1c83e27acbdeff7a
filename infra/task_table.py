"""Table of the callback service's tasks."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.protected_table import protected_table

INDEXES = ("gsi1", "gsi2")
"""Indexes with only keys; their keys are `pk` and `sk` with the name of the index before them."""


@dataclass(frozen=True, slots=True)
class TaskTableArgs:
    """Name of the table, which never changes: the tasks exist nowhere else.

    kms_key_arn: the key that encrypts it; None for DynamoDB's own.
    """

    table_name: str
    kms_key_arn: str | None = None


class TaskTable(pulumi.ComponentResource):
    """Table with the keys of the service's store; its items never expire.

    It is protected, and can be restored to any second of the last 35 days.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: TaskTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:TaskTable", name, None, opts)
        table = protected_table(
            self,
            name,
            args.table_name,
            indexes={index: (f"{index}pk", f"{index}sk") for index in INDEXES},
            projection="KEYS_ONLY",
            kms_key_arn=args.kms_key_arn,
        )
        self.arn = table.arn
        self.name = table.name
        self.register_outputs({"arn": self.arn, "name": self.name})
