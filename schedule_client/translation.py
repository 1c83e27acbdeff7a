"""boto3's errors as those of this package, with the failure, its subject, and the fix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from schedule_client.errors import (
    ConflictError,
    CredentialsError,
    GroupNotFoundError,
    InvalidScheduleError,
    PermissionDeniedError,
    QuotaExceededError,
    RoleError,
    ScheduleError,
    ScheduleNotFoundError,
    ThrottledError,
    UnavailableError,
)

if TYPE_CHECKING:
    from schedule_client.settings import ScheduleSettings

_DENIED = re.compile(r"not authorized to perform:? (?P<action>[\w:]+)(?: on resource:? (?P<resource>\S+))?")
_CREDENTIALS = frozenset(
    ("ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationToken")
)


@dataclass(frozen=True, slots=True)
class Doing:
    """Current API call: the operation in boto3's model, and its schedule ("" for none)."""

    operation: str
    name: str
    settings: ScheduleSettings

    @property
    def resource(self) -> str:
        """Resource of the call, as IAM names it."""
        return self.settings.schedule_arn(self.name) if self.name else "*"


def translated(error: Exception, doing: Doing) -> ScheduleError:
    """Return this package's error for one of botocore's, which the caller should keep as its cause (`from`)."""
    response = cast("dict[str, Any] | None", getattr(error, "response", None))
    if response is None:
        return _of_no_answer(error, doing)
    found = response.get("Error", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return _of_answer(str(found.get("Code", "")), str(found.get("Message", "")), status, doing)


def _of_no_answer(error: Exception, doing: Doing) -> ScheduleError:
    from botocore import exceptions

    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError() | exceptions.TokenRetrievalError():
            return CredentialsError("no AWS credentials: give the function or container a role, or run `aws configure`")
        case exceptions.ParamValidationError():
            return InvalidScheduleError(f"the schedule {_name(doing)} cannot be sent: {error}")
        case _:
            return UnavailableError(
                f"no response from EventBridge Scheduler to {doing.operation} {_name(doing)}: {error}; "
                "with a key, the same call can be repeated and happens once"
            )


def _of_answer(code: str, message: str, status: int, doing: Doing) -> ScheduleError:
    if code.startswith("AccessDenied"):
        return _denied(message, doing)
    if code in _CREDENTIALS:
        return CredentialsError(f"AWS does not accept these credentials: {message}; renew them")
    if code == "ResourceNotFoundException":
        return _missing(message, doing)
    if code == "ValidationException":
        return _invalid(message, doing)
    if code == "ServiceQuotaExceededException":
        return QuotaExceededError(
            f"{message}: ask for more schedules in Service Quotas (EventBridge Scheduler), or cancel some"
        )
    if code == "ConflictException":
        return ConflictError(f"{doing.operation} {_name(doing)} collided with another change ({message}): try again")
    if code in ("ThrottlingException", "TooManyRequestsException") or status == 429:
        return ThrottledError(
            f"AWS throttled {doing.operation} {_name(doing)} after all retries: make calls at a lower rate "
            "(`schedule_many` has a limit), or request more in Service Quotas (EventBridge Scheduler)"
        )
    if status >= 500:
        return UnavailableError(f"EventBridge Scheduler failed to {doing.operation} {_name(doing)}: {code} {message}")
    return InvalidScheduleError(f"AWS refused to {doing.operation} {_name(doing)}: {code} {message}")


def _denied(message: str, doing: Doing) -> PermissionDeniedError:
    found = _DENIED.search(message)
    action = found["action"] if found else f"scheduler:{doing.operation}"
    resource = (found["resource"] or "").rstrip(".,") if found else doing.resource
    if action == "iam:PassRole":
        resource = resource or doing.settings.role_arn
        instead = f'allow iam:PassRole on {resource} where "iam:PassedToService" is "scheduler.amazonaws.com"'
    else:
        resource = resource or doing.resource
        instead = f"allow {action} on {resource}"
    text = f"AWS denies {action} on {resource}: {instead}; the stack has a policy for each application in its settings"
    return PermissionDeniedError(text, action, resource)


def _missing(message: str, doing: Doing) -> ScheduleError:
    group = doing.settings.group
    if doing.operation in ("CreateSchedule", "ListSchedules") or "schedule group" in message.lower():
        return GroupNotFoundError(
            f'no schedule group "{group}" in {doing.settings.region}: '
            "SCHEDULER_GROUP_NAME is the one that the stack exports; deploying the stack creates it"
        )
    return ScheduleNotFoundError(f'no schedule {_name(doing)} in the group "{group}": it has fired or was cancelled')


def _invalid(message: str, doing: Doing) -> ScheduleError:
    if "assume" in message.lower() and "role" in message.lower():
        return RoleError(
            f"EventBridge Scheduler cannot assume {doing.settings.role_arn}: a new role takes up to a minute; "
            "after that, its trust policy must admit scheduler.amazonaws.com for the group "
            f'"{doing.settings.group}" (SCHEDULER_TARGET_ROLE_ARN is the role that the stack exports)'
        )
    return InvalidScheduleError(f"AWS does not accept the schedule {_name(doing)}: {message}")


def _name(doing: Doing) -> str:
    return f'"{doing.name}"' if doing.name else ""
