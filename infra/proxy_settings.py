"""The parameter that tells the proxy where it may call, and with which secrets."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from schedule_catalog.settings import Settings, proxy_settings

# An advanced parameter, in bytes: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
PARAMETER_MAX_BYTES = 8 * 1024
# The URL that API Gateway gives an API is known when the API is there; it is never longer than this.
_LONGEST_URL = "https://" + "x" * 100


@dataclass(frozen=True, slots=True)
class ProxySettingsArgs:
    """The stack's settings, and the URL of the callback service that the stack deploys."""

    parameter_name: str
    settings: Settings
    callback_url: pulumi.Input[str]


class ProxySettingsParameter(pulumi.ComponentResource):
    """One parameter in Parameter Store, read by the proxy while it runs, so that a new host needs no new version.

    It grows with the settings; Intelligent-Tiering makes it an advanced parameter beyond 4 KB.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: ProxySettingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ProxySettings", name, None, opts)
        _check_size(args.settings)
        value = pulumi.Output.from_input(args.callback_url).apply(
            lambda url: proxy_settings(args.settings, url).to_json()
        )
        parameter = aws.ssm.Parameter(
            f"{name}-parameter",
            name=args.parameter_name,
            description="Where the proxy may call, and with which secrets",
            type="String",
            tier="Intelligent-Tiering",
            insecure_value=value,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = parameter.arn
        self.name = parameter.name
        self.register_outputs({"arn": self.arn, "name": self.name})


def _check_size(settings: Settings) -> None:
    size = len(proxy_settings(settings, _LONGEST_URL).to_json().encode())
    if size > PARAMETER_MAX_BYTES:
        parts = '"services", "hosts" and "secrets"'
        raise pulumi.RunError(f"the proxy's settings take {size} bytes, and {PARAMETER_MAX_BYTES} fit: shorten {parts}")
