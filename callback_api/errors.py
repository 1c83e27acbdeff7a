"""What the service answers instead of what it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callback_api.task import Status


class ProblemError(Exception):
    """An answer of RFC 9457: a status, a `kind` that names the problem type, and a sentence."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail


class SettingsError(ValueError):
    """An environment from which the service cannot start."""


class StoreError(Exception):
    """A store that cannot be reached or used; it may be tried again."""


class TaskError(Exception):
    """Something that cannot be done with a task."""


class NoTaskError(TaskError):
    """There is no task with this id."""


class StateError(TaskError):
    """A task whose `status` does not allow it."""

    def __init__(self, message: str, status: Status) -> None:
        super().__init__(message)
        self.status = status


class KeyReusedError(TaskError):
    """A key of the same user under which another task is kept."""


class LeaseLostError(TaskError):
    """A task that took longer than its lease, and that another call has taken over."""


class CursorError(TaskError):
    """A cursor that no page has given."""
