from __future__ import annotations

import pytest
from botocore import exceptions

from schedule_catalog.operations import AwsError
from schedule_catalog.operations.translation import asking
from tests.schedule_catalog.operations.aws import refusal


def said(error: Exception) -> str:
    with pytest.raises(AwsError) as raised, asking("scheduler:GetSchedule", "arn:of:it"):
        raise error
    assert (raised.value.action, raised.value.resource) == ("scheduler:GetSchedule", "arn:of:it")
    return str(raised.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.NoCredentialsError(), ["no AWS credentials", "--profile"]),
        (exceptions.PartialCredentialsError(provider="env", cred_var="key"), ["no AWS credentials"]),
        (exceptions.UnauthorizedSSOTokenError(), ["sign in again"]),
        (exceptions.NoRegionError(), ["no region", "--region"]),
        (exceptions.ProfileNotFound(profile="x"), ["(x)", "--profile"]),
        (
            exceptions.EndpointConnectionError(endpoint_url="https://a.b"),
            ["cannot reach", "https://a.b", "region", "schedules dev"],
        ),
        (exceptions.ConnectTimeoutError(endpoint_url="https://a.b"), ["cannot reach"]),
        (exceptions.ReadTimeoutError(endpoint_url="https://a.b"), ["cannot reach"]),
        (exceptions.DataNotFoundError(data_path="x"), ["failed"]),
        (
            refusal("AccessDeniedException", message="User: u is not"),
            ['"scheduler:GetSchedule"', '"arn:of:it"', "User"],
        ),
        (refusal("ExpiredTokenException"), ["ExpiredTokenException", "sign in again"]),
        (refusal("ThrottlingException"), ["limits", "again in a minute"]),
        (refusal("InternalServerException", message="Oh. "), ["InternalServerException: Oh"]),
    ],
)
def test_each_error_of_aws_says_what_to_do(error: Exception, words: list[str]) -> None:
    message = said(error)

    assert all(word in message for word in words), message
    assert "\n" not in message
    assert not message.endswith(".")


def test_an_error_that_is_not_of_aws_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), asking("a:B", "c"):
        raise ZeroDivisionError
