"""The credentials of the smoke test: the caller's, or those of the deploy role."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

import boto3
from botocore.config import Config

# Keys of an environment that would lead Pulumi or boto3 elsewhere than these credentials do.
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_LONGEST_SESSION_SECONDS = 3_600


class SmokeSession:
    """Clients of one account and region, made once each."""

    def __init__(self, profile: str | None, region: str | None) -> None:
        self._session: Any = boto3.Session(profile_name=profile, region_name=region)
        self.region = str(self._session.region_name or "")
        self._clients: dict[str, Any] = {}

    @property
    def account(self) -> str:
        """The account that the credentials lead to."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def client(self, service: str) -> Any:
        """The client of a service."""
        if service not in self._clients:
            config = Config(connect_timeout=5, read_timeout=70, retries={"mode": "standard", "total_max_attempts": 5})
            self._clients[service] = self._session.client(service, config=config)
        return self._clients[service]

    def as_role(self, service: str, role_arn: str) -> Any:
        """The client of a service for a session of a role."""
        found = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="smoke")["Credentials"]
        keys = found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]
        return cast("Any", boto3.Session(*keys, region_name=self.region)).client(service)

    def environment(self, role_arn: str | None) -> Mapping[str, str]:
        """The environment of Pulumi: this session's credentials, or those of a role that it assumes."""
        kept = {key: value for key, value in os.environ.items() if key not in _CREDENTIALS}
        if role_arn is None:
            frozen = self._session.get_credentials().get_frozen_credentials()
            keys = frozen.access_key, frozen.secret_key, frozen.token
        else:
            given = {"RoleArn": role_arn, "RoleSessionName": "smoke", "DurationSeconds": _LONGEST_SESSION_SECONDS}
            found = self.client("sts").assume_role(**given)["Credentials"]
            keys = found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]
        named = dict(zip(_CREDENTIALS, keys, strict=False))
        return {**kept, **{key: value for key, value in named.items() if value}, "AWS_REGION": self.region}
