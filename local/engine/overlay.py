"""What is different on a laptop, laid over the program's own inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FUNCTION = "aws:lambda/function:Function"
HTTP_API = "aws:apigatewayv2/api:Api"


@dataclass(frozen=True, slots=True)
class Overlay:
    """`function_environment` is merged into every function's variables; `api_endpoint` is every HTTP API's URL."""

    function_environment: Mapping[str, str] = field(default_factory=dict[str, str])
    api_endpoint: str | None = None

    def inputs(self, resource_type: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The inputs with the laptop's variables."""
        if resource_type != FUNCTION or not self.function_environment:
            return inputs
        environment: Mapping[str, Any] = inputs.get("environment") or {}
        variables: Mapping[str, Any] = environment.get("variables") or {}
        return {**inputs, "environment": {**environment, "variables": {**variables, **self.function_environment}}}

    def outputs(self, resource_type: str, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The outputs with the laptop's URL."""
        if resource_type != HTTP_API or self.api_endpoint is None:
            return outputs
        return {**outputs, "apiEndpoint": self.api_endpoint}
