"""The errors of botocore, said to a person: in this one place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Generator

# https://docs.aws.amazon.com/IAM/latest/UserGuide/CommonErrors.html and the services' own.
_DENIED = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationErrorException"))
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
_NOT_THERE = 'look at the network and the region, or at "make up" for the laptop stack'
_SIGN_IN = 'sign in again, or name another profile with "--profile"'


def code_of(error: Exception) -> str:
    """The code of AWS's answer; empty for an error that is none."""
    response: Any = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]


@contextmanager
def asking(action: str, resource: str) -> Generator[None]:
    """Raise AwsError for what botocore raises inside.

    action: what a policy must allow, as `scheduler:GetSchedule`.
    resource: on what, as an ARN where there is one.
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
            return 'no region is named: give "--region", or set "aws:region" in the stack\'s settings'
        case known.ProfileNotFound():
            return f"{_plain(error)}: name another with --profile"
        case known.NoCredentialsError() | known.PartialCredentialsError():
            return 'there are no AWS credentials: set AWS_PROFILE, or name a profile with "--profile"'
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
        return (
            f'no permission for "{action}" on "{resource}": have it allowed, or use another profile; AWS says: {said}'
        )
    if code in _UNKNOWN_TO_AWS:
        return f"AWS does not know these credentials ({code}): {_SIGN_IN}"
    if code in _THROTTLED:
        return f'AWS limits how often "{action}" may be asked ({code}): try again in a minute'
    return f'"{action}" on "{resource}" failed: {code}: {said}'


def _plain(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
