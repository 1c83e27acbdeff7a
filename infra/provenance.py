"""Source of the AWS provider's credentials and region, as far as visible; only for messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Provenance:
    """Configuration of the provider: `config` has the stack's keys `aws:KEY`, `environment` the process's variables.

    The order is that of the AWS SDK for Go v2 (Configure the SDK, Specifying Credentials), which the provider uses.
    """

    config: Mapping[str, str]
    environment: Mapping[str, str]

    def credentials(self) -> str:
        """Return the name of the credentials' source."""
        config, environment = self.config, self.environment
        if "accessKey" in config:
            return "aws:accessKey of the stack's settings"
        if profile := config.get("profile"):
            return f'the profile "{profile}", aws:profile of the stack\'s settings'
        if environment.get("AWS_ACCESS_KEY_ID"):
            return "AWS_ACCESS_KEY_ID of the environment"
        if environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
            return f"AWS_ROLE_ARN of the environment, {environment.get('AWS_ROLE_ARN', 'which is not set')}"
        if profile := environment.get("AWS_PROFILE"):
            return f'the profile "{profile}", AWS_PROFILE of the environment'
        return "the default profile or this machine's role: AWS_PROFILE is not set"

    def region(self) -> str | None:
        """Return the name of the region's source; None if only a profile can have it."""
        if "region" in self.config:
            return "aws:region of the stack's settings"
        for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            if self.environment.get(variable):
                return f"{variable} of the environment"
        return None
