"""Errors between a schedule and its target."""

from __future__ import annotations


class DispatcherError(Exception):
    """Any failure of the dispatcher that its caller may want to show."""


class EvaluationError(DispatcherError):
    """A schedule that cannot be evaluated; the others are not touched by it."""


class SourceError(DispatcherError):
    """The Scheduler API did not answer; what was read before stays in force."""


class DeliveryError(DispatcherError):
    """An event that a target or a queue did not accept.

    `code` is AWS's own error code, and `retryable` says whether the retry policy applies to it.
    """

    def __init__(self, code: str, message: str, *, retryable: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable


class JournalError(DispatcherError):
    """A journal that cannot be opened, or was written by another version."""
