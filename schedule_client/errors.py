"""Errors between an application and EventBridge Scheduler; each message says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_client.contract.finding import Finding


class ScheduleError(Exception):
    """Base of all errors of this package; they can be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[ScheduleError], args: tuple[Any, ...], members: dict[str, Any]) -> ScheduleError:
    made = kind.__new__(kind, *args)
    made.args = args
    made.__dict__.update(members)
    return made


class SettingsError(ScheduleError, ValueError):
    """The settings are invalid; nothing was sent."""


class TimeError(ScheduleError, ValueError):
    """The time is invalid or has passed; nothing was sent."""


class RequestRefusedError(ScheduleError, ValueError):
    """The checks refuse the request, for every reason in `findings`; nothing was sent."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class InvalidKeyError(ScheduleError, ValueError):
    """The `key` is invalid; nothing was sent."""


class KeyReusedError(ScheduleError):
    """Another call is already scheduled with the `key`; `differences` has a line for each difference."""

    def __init__(self, key: str, differences: Sequence[str]) -> None:
        listed = "; ".join(differences)
        super().__init__(
            f'another call is already scheduled with the key "{key}": {listed}; '
            "use a different key for each call, or `reschedule` or `cancel` the existing one"
        )
        self.key = key
        self.differences = tuple(differences)


class ScheduleNotFoundError(ScheduleError):
    """The schedule does not exist: it has fired, was cancelled, or never existed."""


class GroupNotFoundError(ScheduleError):
    """The schedule group does not exist."""


class PermissionDeniedError(ScheduleError):
    """AWS denied `action` on `resource` (an ARN or a pattern; "" if unknown)."""

    def __init__(self, message: str, action: str, resource: str) -> None:
        super().__init__(message)
        self.action = action
        self.resource = resource


class CredentialsError(ScheduleError):
    """There are no AWS credentials, or they are no longer valid."""


class RoleError(ScheduleError):
    """EventBridge Scheduler cannot assume the execution role."""


class InvalidScheduleError(ScheduleError, ValueError):
    """AWS refuses the schedule; the message has AWS's own words."""


class QuotaExceededError(ScheduleError):
    """The account has reached its quota of schedules."""


class ThrottledError(ScheduleError):
    """AWS throttled the calls, after all retries."""


class ConflictError(ScheduleError):
    """The same schedule or its group was being changed."""


class UnavailableError(ScheduleError):
    """EventBridge Scheduler did not respond; the change may have been made."""


class TimedOutError(UnavailableError):
    """EventBridge Scheduler did not respond within the `timeout`; the change may have been made."""
