"""What the service answers instead of what it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callback_api.task import Status


class ProblemError(Exception):
    """An answer of RFC 9457: a status, a `kind` that names the problem type, a sentence, and headers of its own."""

    def __init__(self, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers


class SettingsError(ValueError):
    """An environment from which the service cannot start."""


class StoreError(Exception):
    """A store that cannot be reached or used; it may be tried again."""


class TaskError(Exception):
    """Something that cannot be done with a task."""


class TaskRefusedError(TaskError, ValueError):
    """A task that cannot be scheduled so; the message says why."""


class NoTaskError(TaskError):
    """There is no task with this id."""


class StateError(TaskError):
    """A task whose `status` does not allow it."""

    def __init__(self, message: str, status: Status) -> None:
        super().__init__(message)
        self.status = status


class TaskKeyReusedError(TaskError):
    """A key of the same user under which another task is kept."""


class LeaseLostError(TaskError):
    """A task that took longer than its lease, and that another call has taken over."""


class CursorError(TaskError):
    """A cursor that no page has given."""


class TooLargeError(TaskError):
    """A task with more data, or a larger result, than the store can hold."""


class WorkRefusedError(TaskError):
    """What a handler wanted to have written with its task was refused; `members` numbers the writes, from 0."""

    def __init__(self, message: str, members: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.members = members
