"""Client for one-time and recurring calls on AWS EventBridge Scheduler, created and cancelled at run time.

The import does not load boto3; the parts are loaded at first use (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_client.asynchronous import AsyncScheduleClient
    from schedule_client.call import ListedSchedule, PlannedCall, PlanResult, ScheduledCall, ScheduleDetails
    from schedule_client.client import ScheduleClient
    from schedule_client.contract.request import Auth, Request, Retry
    from schedule_client.errors import (
        ConflictError,
        CredentialsError,
        GroupNotFoundError,
        InvalidKeyError,
        InvalidScheduleError,
        KeyReusedError,
        PermissionDeniedError,
        QuotaExceededError,
        RequestRefusedError,
        RoleError,
        ScheduleError,
        ScheduleNotFoundError,
        SettingsError,
        ThrottledError,
        TimedOutError,
        TimeError,
        UnavailableError,
    )
    from schedule_client.settings import ScheduleSettings

__all__ = (
    "AsyncScheduleClient",
    "Auth",
    "ConflictError",
    "CredentialsError",
    "GroupNotFoundError",
    "InvalidKeyError",
    "InvalidScheduleError",
    "KeyReusedError",
    "ListedSchedule",
    "PermissionDeniedError",
    "PlanResult",
    "PlannedCall",
    "QuotaExceededError",
    "Request",
    "RequestRefusedError",
    "Retry",
    "RoleError",
    "ScheduleClient",
    "ScheduleDetails",
    "ScheduleError",
    "ScheduleNotFoundError",
    "ScheduleSettings",
    "ScheduledCall",
    "SettingsError",
    "ThrottledError",
    "TimeError",
    "TimedOutError",
    "UnavailableError",
)

_ELSEWHERE = {
    "AsyncScheduleClient": "asynchronous",
    "ScheduleClient": "client",
    "ScheduleSettings": "settings",
    **dict.fromkeys(("Auth", "Request", "Retry"), "contract.request"),
    **dict.fromkeys(("ListedSchedule", "PlanResult", "PlannedCall", "ScheduleDetails", "ScheduledCall"), "call"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
