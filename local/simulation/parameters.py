"""Parameter Store and Secrets Manager in memory, as boto3's clients of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Of the form of a signing key of Standard Webhooks, whose bytes are all zero; and of one of `basic`.
SIGNING_KEY, SECRET = "whsec_" + "A" * 32, "user:password"


class Parameters:
    """The parameters that are given, and one text for every other parameter, secret and signing key."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def get_parameter(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html."""
        return {"Parameter": {"Value": self._texts.get(asked["Name"], SECRET)}}

    def get_secret_value(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""
        return {"SecretString": SIGNING_KEY if "/signing/" in asked["SecretId"] else SECRET}
