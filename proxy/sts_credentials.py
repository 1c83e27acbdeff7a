"""Credentials of `oidc` and `sigv4` clients, which STS gives to the proxy's role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.aws import AwsRequestError
from proxy.errors import RefusedError, UnavailableError
from proxy.secrets import RoleKey
from proxy.sigv4 import AwsKey, Scope

if TYPE_CHECKING:
    from proxy.aws import Aws
    from proxy.secrets import Asked

TOKEN_SECONDS, ROLE_SECONDS = 300, 3600
"""Lifetime of a token, and of a role's key; a role that assumes another one may do so for an hour at most.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""
_ADVICE = {
    "OutboundWebIdentityFederationDisabledException": (
        "the account issues no tokens yet, run: aws iam enable-outbound-web-identity-federation"
    ),
    "AccessDenied": "the proxy's role, and for sigv4 the trust policy of the client's role, must allow it",
}


def identity_token(asked: Asked, aws: Aws, stack: str) -> tuple[str, int]:
    """Return a token of the account's issuer, and its lifetime. Raises RefusedError and UnavailableError."""
    members = {
        "Audience": [asked.client.audience],
        "DurationSeconds": TOKEN_SECONDS,
        # The only one that API Gateway's authorizers accept:
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
        "SigningAlgorithm": "RS256",
        "Tags": [{"Key": "origin", "Value": asked.origin}, {"Key": "stack", "Value": stack}],
    }
    answer = _answer("GetWebIdentityToken", members, asked.name, aws)
    return str(answer.get("WebIdentityToken", "")), TOKEN_SECONDS


def role_key(asked: Asked, aws: Aws) -> tuple[RoleKey, int]:
    """Return a key of the client's role, and its lifetime. Raises RefusedError and UnavailableError."""
    client = asked.client
    members = {
        "RoleArn": client.role,
        "RoleSessionName": f"schedule-catalog-{asked.origin}",
        "DurationSeconds": ROLE_SECONDS,
    }
    answer = _answer("AssumeRole", members, asked.name, aws).get("Credentials", {})
    identifier, secret, token = (answer.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    if not (identifier and secret and token):
        raise UnavailableError("token-unavailable", f'STS answered without a key for the client "{asked.name}"')
    key = RoleKey(AwsKey(identifier, secret, token), Scope(client.region or "", client.aws_service or ""))
    return key, ROLE_SECONDS


def _answer(operation: str, members: dict[str, Any], name: str, aws: Aws) -> dict[str, Any]:
    try:
        return aws("sts", operation, members)
    except AwsRequestError as error:
        if error.is_passing:
            said = error.code or "no response"
            message = f'STS gives nothing for the client "{name}" at the moment: {said}'
            failure: Exception = UnavailableError("token-unavailable", message)
        else:
            why = _ADVICE.get(error.code or "", "see the client's settings")
            message = f'STS refuses the client "{name}" ({operation}, {error.code}): {why}'
            failure = RefusedError("token-refused", message)
    raise failure
