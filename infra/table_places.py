"""Tables of a stack and their indexes, each of which DynamoDB meters separately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra import run_ledger, task_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings

THROTTLED = ("ReadThrottleEvents", "WriteThrottleEvents")
"""Requests that DynamoDB throttled: of a table without its indexes, of an index by itself.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Table or index: a short name, a description, and the dimensions of its metrics."""

    name: str
    means: str
    dimensions: Mapping[str, str]


def table_places(names: Names, settings: Settings) -> Iterator[TablePlace]:
    """Yield the tables of the stack, each with its indexes."""
    if settings.ledger:
        yield from _places("ledger", "runs", names.ledger, (run_ledger.BY_OUTCOME,))
    yield from _places("tasks", "tasks", names.tasks, task_table.INDEXES)


def _places(short: str, what: str, table: str, indexes: tuple[str, ...]) -> Iterator[TablePlace]:
    yield TablePlace(short, f"the table of {what}", {"TableName": table})
    for index in indexes:
        dimensions = {"TableName": table, "GlobalSecondaryIndexName": index}
        yield TablePlace(
            f"{short}-{index.removeprefix('by-')}", f'the index "{index}" of the table of {what}', dimensions
        )
