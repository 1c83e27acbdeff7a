"""Errors of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callback_api.task import Status


class ProblemError(Exception):
    """Problem of RFC 9457: a status, a `kind` that names the problem type, a sentence, and headers."""

    def __init__(self, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers


def retry_after(seconds: int) -> Mapping[str, str]:
    """Return the header of a problem that a retry solves after this time."""
    return {"Retry-After": str(seconds)}


class SettingsError(ValueError):
    """The service cannot start with this environment."""


class StoreError(Exception):
    """The store cannot be reached or used; a retry may succeed."""


class TaskError(Exception):
    """The task does not allow the operation."""


class TaskRefusedError(TaskError, ValueError):
    """The task cannot be scheduled; the message has the reason."""


class NoTaskError(TaskError):
    """There is no task with this ID."""


class StateError(TaskError):
    """The `status` of the task does not allow the operation."""

    def __init__(self, message: str, status: Status) -> None:
        super().__init__(message)
        self.status = status


class TaskKeyReusedError(TaskError):
    """The key of the same user belongs to another task."""


class LeaseLostError(TaskError):
    """The task took longer than its lease, and another call has taken it over."""


class CursorError(TaskError):
    """The cursor is not from a page."""


class TooLargeError(TaskError):
    """The task has more data, or a larger result, than the store can hold."""


class WorkRefusedError(TaskError):
    """The writes of a handler with its task were refused; `members` has their numbers, from 0."""

    def __init__(self, message: str, members: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.members = members
