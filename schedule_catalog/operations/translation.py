"""Errors of botocore in words for people, all in this place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from schedule_catalog.operations.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")

# https://docs.aws.amazon.com/IAM/latest/UserGuide/CommonErrors.html and the pages of the services.
_DENIED = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
    )
)
_UNKNOWN_TO_AWS = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
_THROTTLED = frozenset(
    (
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
_NOT_THERE = 'check the network and the region, or run "schedules dev" for the laptop stack'
_SIGN_IN = 'sign in again, or choose another profile with "--profile"'


def code_of(error: BaseException | None) -> str:
    """Return the error code of AWS's response; empty for other errors."""
    response: Any = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]


def permitted(ask: Callable[[], T]) -> T | None:
    """Return what *ask* returns; None without the permission for it."""
    try:
        return ask()
    except AwsError as error:
        if code_of(error.__cause__) not in _DENIED:
            raise
        return None


@contextmanager
def asking(action: str, resource: str) -> Generator[None]:
    """Raise AwsError for errors of botocore in the block.

    action: the action that a policy must allow, such as `scheduler:GetSchedule`.
    resource: its resource, as an ARN if there is one.
    """
    try:
        yield
    except Exception as error:
        message = _message(error, action, resource)
        if message is None:
            raise
        raise AwsError(action, resource, message) from error


def _message(error: Exception, action: str, resource: str) -> str | None:
    from botocore import exceptions as known

    match error:
        case known.ClientError():
            return _refusal(error, action, resource)
        case known.NoRegionError():
            return "no region: specify --region, or set aws:region in the settings of the stack"
        case known.ProfileNotFound():
            return f"{_plain(error)}: choose another with --profile"
        case known.NoCredentialsError() | known.PartialCredentialsError():
            return 'no AWS credentials: set AWS_PROFILE, or specify a profile with "--profile"'
        case known.CredentialRetrievalError() | known.SSOError() | known.TokenRetrievalError():
            return f"the AWS credentials cannot be used ({_plain(error)}): {_SIGN_IN}"
        case known.HTTPClientError() | known.ConnectionError():
            return f'cannot reach AWS for "{action}" ({_plain(error)}): {_NOT_THERE}'
        case known.BotoCoreError():
            return f'"{action}" on "{resource}" failed: {_plain(error)}'
        case _:
            return None


def _refusal(error: Exception, action: str, resource: str) -> str:
    code = code_of(error)
    response: Any = getattr(error, "response", {})
    said = " ".join(str(response.get("Error", {}).get("Message", "")).split()).rstrip(".")
    if code in _DENIED:
        return f'no permission for "{action}" on "{resource}": allow it, or use another profile; AWS says: {said}'
    if code in _UNKNOWN_TO_AWS:
        return f"AWS does not accept these credentials ({code}): {_SIGN_IN}"
    if code in _THROTTLED:
        return f'AWS limits the rate of "{action}" ({code}): try again in a minute'
    return f'"{action}" on "{resource}" failed: {code}: {said}'


def _plain(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
