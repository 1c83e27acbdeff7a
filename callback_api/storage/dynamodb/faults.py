"""Errors of DynamoDB and boto3 as those of the service."""

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
    """The conditions of a write do not hold; `at` has the numbers of those members of the transaction."""

    def __init__(self, at: frozenset[int]) -> None:
        super().__init__("a condition does not hold")
        self.at = at


class WriteConflictError(Exception):
    """The write collided with another one on the same items: it was not made, and may be retried at once."""


def translated(error: Exception, table: str) -> Exception:
    """Return the error to raise instead."""
    codes = _codes(error)
    if refused := frozenset(at for at, code in enumerate(codes) if code in _CONDITIONS):
        return RefusedWriteError(refused)
    if not _CONFLICTS.isdisjoint(codes):
        return WriteConflictError()
    return _final(error, codes, table)


def _final(error: Exception, codes: tuple[str, ...], table: str) -> StoreError | TaskError:
    message = _message(error)
    if "size" in message and "exceeded" in message.lower():
        return TooLargeError("the task is too large for DynamoDB: one task is limited to 400 KB")
    if not codes:
        return StoreError(f'the table "{table}" does not respond: {type(error).__name__}')
    if not _THROTTLES.isdisjoint(codes):
        return StoreError(f'the table "{table}" is throttled at the moment: try again')
    if "ResourceNotFoundException" in codes:
        return StoreError(f'no table "{table}": deploy it, or set the name and the region of an existing one')
    if not _DENIED.isdisjoint(codes):
        return StoreError(f'no permission to use the table "{table}": {message}')
    told = ", ".join(dict.fromkeys(code for code in codes if code != "None"))
    return StoreError(f'the table "{table}" cannot be used: {told}: {message}')


def _codes(error: Exception) -> tuple[str, ...]:
    """AWS's error codes, one for each member of a transaction; none without a response."""
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
