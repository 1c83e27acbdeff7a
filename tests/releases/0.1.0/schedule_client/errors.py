"""What can go wrong between an application and EventBridge Scheduler; each message says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_client.contract import Finding


class ScheduleError(Exception):
    """Whatever this package raises."""


class SettingsError(ScheduleError, ValueError):
    """Settings that no call can be made with; nothing was sent."""


class TimeError(ScheduleError, ValueError):
    """A time that a call cannot be made at; nothing was sent."""


class RequestRefusedError(ScheduleError, ValueError):
    """A request that the checks refuse, for every reason in `findings`; nothing was sent."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class InvalidKeyError(ScheduleError, ValueError):
    """A `key` that no schedule can be called by; nothing was sent."""


class KeyReusedError(ScheduleError):
    """A `key` under which another call is scheduled already; `differences` has a line for each."""

    def __init__(self, key: str, differences: Sequence[str]) -> None:
        listed = "; ".join(differences)
        super().__init__(
            f'another call is scheduled under the key "{key}": {listed}; '
            "use a key of its own for each call, or `reschedule` and `cancel` the one that is there"
        )
        self.key = key
        self.differences = tuple(differences)


class ScheduleNotFoundError(ScheduleError):
    """A schedule that is not there: it has fired, was cancelled, or never was."""


class GroupNotFoundError(ScheduleError):
    """A schedule group that is not there."""


class PermissionDeniedError(ScheduleError):
    """AWS denied `action` on `resource` (an ARN or a pattern; "" when it does not say)."""

    def __init__(self, message: str, action: str, resource: str) -> None:
        super().__init__(message)
        self.action = action
        self.resource = resource


class CredentialsError(ScheduleError):
    """No AWS credentials, or none that are valid any more."""


class RoleError(ScheduleError):
    """An execution role that EventBridge Scheduler cannot assume."""


class InvalidScheduleError(ScheduleError, ValueError):
    """A schedule that AWS does not take; the message has AWS's own words."""


class QuotaExceededError(ScheduleError):
    """The account has as many schedules as it may have."""


class ThrottledError(ScheduleError):
    """AWS took no more calls for now, after all the retries."""


class ConflictError(ScheduleError):
    """Somebody else was changing the same schedule or its group."""


class UnavailableError(ScheduleError):
    """No answer from EventBridge Scheduler; what was asked for may have been done."""
