"""What DynamoDB and boto3 raise, in the words of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from callback_api.errors import StoreError, TaskError, TooLargeError

_THROTTLES = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}
_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
_DENIED = {"AccessDeniedException", "AccessDenied", "UnrecognizedClientException", "ExpiredTokenException"}
_CONDITIONS = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}


class RefusedWriteError(Exception):
    """A write whose conditions do not hold; `at` numbers the members of the transaction that have them."""

    def __init__(self, at: frozenset[int]) -> None:
        super().__init__("a condition does not hold")
        self.at = at


class WriteConflictError(Exception):
    """A write that met another one at the same items: it was not made, and may be tried again at once."""


def translated(error: Exception, table: str) -> Exception:
    """The error to raise instead."""
    codes = _codes(error)
    if refused := frozenset(at for at, code in enumerate(codes) if code in _CONDITIONS):
        return RefusedWriteError(refused)
    if not _CONFLICTS.isdisjoint(codes):
        return WriteConflictError()
    return _final(error, codes, table)


def _final(error: Exception, codes: tuple[str, ...], table: str) -> StoreError | TaskError:
    message = _message(error)
    if "size" in message and "exceeded" in message.lower():
        return TooLargeError("the task is too large for DynamoDB: all that is kept of one has to fit in 400 KB")
    if not codes:
        return StoreError(f'the table "{table}" gives no answer: {type(error).__name__}')
    if not _THROTTLES.isdisjoint(codes):
        return StoreError(f'the table "{table}" is asked too often at the moment: try again')
    if "ResourceNotFoundException" in codes:
        return StoreError(
            f'there is no table "{table}": deploy it, or give the name and the region of the one there is'
        )
    if not _DENIED.isdisjoint(codes):
        return StoreError(f'the table "{table}" may not be used: {message}')
    told = ", ".join(dict.fromkeys(code for code in codes if code != "None"))
    return StoreError(f'the table "{table}" cannot be used: {told}: {message}')


def _codes(error: Exception) -> tuple[str, ...]:
    """AWS's words for an error, one for each member of a transaction; none without an answer."""
    answer = _answer(error)
    reasons = cast("list[Mapping[str, Any]]", answer.get("CancellationReasons") or ())
    if reasons:
        return tuple(str(reason.get("Code")) for reason in reasons)
    code = answer.get("Error", {}).get("Code")
    return (str(code),) if code else ()


def _message(error: Exception) -> str:
    answer = _answer(error)
    told = [reason.get("Message") for reason in answer.get("CancellationReasons") or ()]
    return "; ".join(filter(None, told)) or str(answer.get("Error", {}).get("Message", ""))


def _answer(error: Exception) -> Mapping[str, Any]:
    return getattr(error, "response", None) or {}
