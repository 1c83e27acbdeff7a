"""Parameter Store and Secrets Manager in memory, as boto3's clients of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.simulation.access import Step, refused, unhindered

# Of the form of a signing key of Standard Webhooks, whose bytes are all zero; and of one of `basic`.
SIGNING_KEY, SECRET = "whsec_" + "A" * 32, "user:password"


class Placeholders(dict[str, "str | bytes"]):
    """A placeholder for every secret and signing key that is not given."""

    def __missing__(self, name: str) -> str:
        return SIGNING_KEY if "/signing/" in name else SECRET


class Parameters:
    """Parameters and secrets by their names."""

    def __init__(
        self, parameters: Mapping[str, str], secrets: Mapping[str, str | bytes], step: Step = unhindered
    ) -> None:
        self._parameters, self._secrets, self._step = parameters, secrets, step

    def get_parameter(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html."""
        if not asked["WithDecryption"]:
            raise ValueError("a parameter as its ciphertext is not simulated")
        self._step("ssm GetParameter?", asked)
        value = _found(self._parameters, asked["Name"], "ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": value}}

    def get_secret_value(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""
        self._step("secretsmanager GetSecretValue?", asked)
        value = _found(self._secrets, asked["SecretId"], "ResourceNotFoundException", "GetSecretValue")
        return {"SecretString": value} if isinstance(value, str) else {"SecretBinary": value}


def _found(texts: Mapping[str, str | bytes], name: str, code: str, operation: str) -> str | bytes:
    try:
        return texts[name]
    except KeyError:
        raise refused(code, f'there is no "{name}"', operation) from None
