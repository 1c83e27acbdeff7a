"""Parameter with the settings of a proxy of release 0.1."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class ProxySettingsParameter(pulumi.ComponentResource):
    """Parameter in Parameter Store, unchanged for one more release: later versions have their settings in the package.

    During an upgrade to this release, the old version still starts, and must find its settings. A new stack has no such
    version, and its parameter is empty.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, parameter_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ProxySettings", name, None, opts)
        parameter = aws.ssm.Parameter(
            f"{name}-parameter",
            name=parameter_name,
            description="Hosts that the proxy may call, and their secrets",
            type="String",
            tier="Intelligent-Tiering",
            insecure_value="{}",
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["insecureValue"]),
        )
        self.arn = parameter.arn
        self.register_outputs({"arn": self.arn, "name": parameter.name})
