"""The parameter from which the proxy of release 0.1 reads its settings."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class ProxySettingsParameter(pulumi.ComponentResource):
    """One parameter in Parameter Store, kept as it is for one release more: later versions have their settings in code.

    While a stack is brought up to this release, its old version still starts, and has to find what it was deployed
    with. A new stack has no such version, and its parameter is empty.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, parameter_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ProxySettings", name, None, opts)
        parameter = aws.ssm.Parameter(
            f"{name}-parameter",
            name=parameter_name,
            description="Where the proxy may call, and with which secrets",
            type="String",
            tier="Intelligent-Tiering",
            insecure_value="{}",
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["insecureValue"]),
        )
        self.arn = parameter.arn
        self.register_outputs({"arn": self.arn, "name": parameter.name})
