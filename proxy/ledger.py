"""The run ledger: one item for each run, changed only over the version that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.aws import AwsRequestError, error_code
from proxy.errors import ProxyError, RefusedError, UnavailableError
from schedule_client.contract.ledger import RunRecord

if TYPE_CHECKING:
    from proxy.aws import Aws

_CONFLICT = "ConditionalCheckFailedException"
# What DynamoDB says of a key or an item that is too long, today and tomorrow.
_REFUSED = "ValidationException"


class LedgerError(UnavailableError):
    """A ledger that cannot be read or written now; a write may have been made all the same."""

    def __init__(self, message: str) -> None:
        super().__init__("ledger", message)


class LedgerRefusedError(RefusedError):
    """A record that the ledger never takes."""

    def __init__(self) -> None:
        super().__init__("ledger-refused", "the run ledger cannot keep this run, so it is not called")


class Ledger(Protocol):
    """Keeps the records of runs; every call may raise LedgerError and LedgerRefusedError."""

    def read(self, partition: str, sort: str) -> RunRecord | None:
        """The record, as the last write left it."""
        ...

    def write(self, record: RunRecord) -> RunRecord | None:
        """Write a record over its own version less one, or in a place that is free (version 1).

        Returns None when it was written, else the record that is there instead.
        """
        ...


class TableLedger:
    """The ledger in a DynamoDB table."""

    def __init__(self, table: str, aws: Aws) -> None:
        self._table, self._aws = table, aws

    def read(self, partition: str, sort: str) -> RunRecord | None:
        """GetItem, consistent."""
        key = {"pk": {"S": partition}, "sk": {"S": sort}}
        asked = {"TableName": self._table, "Key": key, "ConsistentRead": True}
        try:
            answer = self._aws("dynamodb", "GetItem", asked)
            return RunRecord.from_item(answer["Item"]) if "Item" in answer else None
        except Exception as error:
            raise _translated(error) from None

    def write(self, record: RunRecord) -> RunRecord | None:
        """PutItem, under a condition."""
        if record.version == 1:
            condition = {"ConditionExpression": "attribute_not_exists(pk)"}
        else:
            # An item that is gone was forgotten in time: it is put anew.
            condition = {
                "ConditionExpression": "attribute_not_exists(pk) OR version = :version",
                "ExpressionAttributeValues": {":version": {"N": str(record.version - 1)}},
            }
        asked = {
            "TableName": self._table,
            "Item": record.to_item(),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **condition,
        }
        try:
            self._aws("dynamodb", "PutItem", asked)
        except Exception as error:
            if not isinstance(error, AwsRequestError) or error.code != _CONFLICT:
                raise _translated(error) from None
            return self._instead(record, error.answer.get("Item"))
        return None

    def _instead(self, record: RunRecord, item: dict[str, dict[str, str]] | None) -> RunRecord | None:
        """What is there; None when it is this very record, of a send whose answer was lost."""
        there = RunRecord.from_item(item) if item else self.read(record.partition, record.sort)
        if there is None:
            raise LedgerError("the run ledger's item went away while it was being written")
        return None if there == record else there


class NoLedger:
    """For a stack that keeps none: every event finds its run untouched."""

    def read(self, partition: str, sort: str) -> RunRecord | None:
        """Nothing."""
        return None

    def write(self, record: RunRecord) -> RunRecord | None:
        """Written, and forgotten."""
        return None


def _translated(error: Exception) -> ProxyError:
    if isinstance(error, ProxyError):
        return error
    if error_code(error) == _REFUSED:
        return LedgerRefusedError()
    return LedgerError(f"the run ledger cannot be used: {error_code(error) or 'no answer'}")
