from __future__ import annotations

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from schedule_client import (
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
from schedule_client.translation import Doing, translated
from tests.schedule_client.aws import SETTINGS, answer

CREATE = Doing("CreateSchedule", "orders-1", SETTINGS)
GET = Doing("GetSchedule", "orders-1", SETTINGS)
URL = "https://scheduler.eu-central-1.amazonaws.com"
NOT_ALLOWED = "User: arn:aws:sts::123456789012:assumed-role/app/i is not authorized to perform: "


@pytest.mark.parametrize(
    ("error", "doing", "kind", "fix"),
    [
        (answer("ThrottlingException", status=429), CREATE, ThrottledError, "make calls at a lower rate"),
        (answer("ServiceQuotaExceededException", status=402), CREATE, QuotaExceededError, "Service Quotas"),
        (answer("ConflictException", status=409), CREATE, ConflictError, "try again"),
        (answer("ValidationException", "Invalid Schedule Expression x."), CREATE, InvalidScheduleError, "Expression"),
        (
            answer("ValidationException", "The execution role you provide must allow … to assume the role."),
            CREATE,
            RoleError,
            "a new role takes up to a minute",
        ),
        (answer("ResourceNotFoundException", status=404), CREATE, GroupNotFoundError, 'no schedule group "shop-adhoc"'),
        (answer("ResourceNotFoundException", status=404), GET, ScheduleNotFoundError, "fired or was cancelled"),
        (
            answer("ResourceNotFoundException", "Schedule group shop-adhoc does not exist.", 404),
            GET,
            GroupNotFoundError,
            "SCHEDULER_GROUP_NAME",
        ),
        (answer("ExpiredTokenException", status=403), CREATE, CredentialsError, "renew them"),
        (answer("InternalServerException", status=500), CREATE, UnavailableError, "InternalServerException"),
        (answer("Surprise", "what", 400), CREATE, InvalidScheduleError, "Surprise what"),
        (NoCredentialsError(), CREATE, CredentialsError, "aws configure"),
        (EndpointConnectionError(endpoint_url=URL), CREATE, UnavailableError, "can be repeated and happens once"),
        (ConnectTimeoutError(endpoint_url=URL), GET, UnavailableError, "no response"),
        (ParamValidationError(report="Missing"), CREATE, InvalidScheduleError, "cannot be sent"),
    ],
)
def test_each_failure_has_a_kind_and_a_way_out(
    error: Exception, doing: Doing, kind: type[ScheduleError], fix: str
) -> None:
    found = translated(error, doing)

    assert type(found) is kind
    assert fix in str(found)


def test_a_missing_permission_names_action_and_resource() -> None:
    arn = SETTINGS.schedule_arn("orders-1")
    because = "because no identity-based policy allows the scheduler:CreateSchedule action"
    found = translated(
        answer("AccessDeniedException", f"{NOT_ALLOWED}scheduler:CreateSchedule on resource: {arn} {because}", 403),
        CREATE,
    )

    assert isinstance(found, PermissionDeniedError)
    assert (found.action, found.resource) == ("scheduler:CreateSchedule", arn)
    assert f"allow scheduler:CreateSchedule on {arn}" in str(found)


def test_a_missing_pass_role_names_the_role_and_the_condition() -> None:
    found = translated(answer("AccessDeniedException", f"{NOT_ALLOWED}iam:PassRole", 403), CREATE)

    assert isinstance(found, PermissionDeniedError)
    assert (found.action, found.resource) == ("iam:PassRole", SETTINGS.role_arn)
    assert 'where "iam:PassedToService" is "scheduler.amazonaws.com"' in str(found)


def test_a_denial_that_says_nothing_names_what_was_being_done() -> None:
    found = translated(answer("AccessDeniedException", "", 403), GET)

    assert isinstance(found, PermissionDeniedError)
    assert (found.action, found.resource) == ("scheduler:GetSchedule", SETTINGS.schedule_arn("orders-1"))
