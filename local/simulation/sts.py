"""STS in memory, as boto3's client of it: it refuses nobody."""

from __future__ import annotations

from typing import Any


class Sts:
    """Gives placeholders of tokens and keys."""

    def get_web_identity_token(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html."""
        return {"WebIdentityToken": f"placeholder-for-{asked['Tags'][0]['Value']}"}

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html."""
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return {"Credentials": dict.fromkeys(names, f"placeholder-for-{asked['RoleSessionName']}")}
