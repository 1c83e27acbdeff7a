"""Run ledger: one item for each run; a change only replaces the version that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.aws import AwsRequestError, error_code
from proxy.errors import ProxyError, RefusedError, UnavailableError
from schedule_client.contract.ledger import RunRecord

if TYPE_CHECKING:
    from proxy.aws import Aws

_CONFLICT = "ConditionalCheckFailedException"
# DynamoDB's message for a key or an item that is too long, now and later.
_REFUSED = "ValidationException"


class LedgerError(UnavailableError):
    """The ledger cannot be read or written now; a write may still have been made."""

    def __init__(self, message: str) -> None:
        super().__init__("ledger", message)


class LedgerRefusedError(RefusedError):
    """The ledger can never store the record."""

    def __init__(self) -> None:
        super().__init__("ledger-refused", "the run ledger cannot store this run, so it is not called")


class Ledger(Protocol):
    """Stores the records of runs; every call may raise LedgerError and LedgerRefusedError."""

    def read(self, partition: str, sort: str) -> RunRecord | None:
        """Return the record after the last write."""
        ...

    def write(self, record: RunRecord) -> RunRecord | None:
        """Write a record over its previous version, or in a free place (version 1).

        Returns None on success, else the record that is there instead.
        """
        ...


class TableLedger:
    """Ledger in a DynamoDB table."""

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
            # A missing item has expired: a new one is written.
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
        """Record that is there; None if it is this one, after a send without a response."""
        there = RunRecord.from_item(item) if item else self.read(record.partition, record.sort)
        if there is None:
            raise LedgerError("the run ledger's item was deleted while it was being written")
        return None if there == record else there


class NoLedger:
    """Ledger of a stack without one: every event finds a new run."""

    def read(self, partition: str, sort: str) -> RunRecord | None:
        """Return None."""
        return None

    def write(self, record: RunRecord) -> RunRecord | None:
        """Return None, as if it were written."""
        return None


def _translated(error: Exception) -> ProxyError:
    if isinstance(error, ProxyError):
        return error
    if error_code(error) == _REFUSED:
        return LedgerRefusedError()
    return LedgerError(f"the run ledger cannot be used: {error_code(error) or 'no response'}")
