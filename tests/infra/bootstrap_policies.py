"""The policies of the template that a deployment stands on, and whether they allow an action."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.infra.bootstrap import template

PLACES = {"REGION": "eu-west-1", "ACCOUNT": "123456789012", "STATE": "state-bucket"}
DEPLOYING = ["ReadPolicy", "WritePolicy", "ApisAndTagsPolicy"]
RESOURCES: dict[str, Any] = template(PLACES["ACCOUNT"])["Resources"]


def statements(policy: str) -> list[dict[str, Any]]:
    return RESOURCES[policy]["Properties"]["PolicyDocument"]["Statement"]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(policies: list[str], action: str, arn: str, known: Mapping[str, str] | None = None) -> bool:
    """Whether a statement allows it; `known` are condition keys of API Gateway, of which no others are looked at."""
    return any(
        action in listed(each["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in listed(each["Resource"]))
        and _meets(each.get("Condition", {}), known or {})
        for policy in policies
        for each in statements(policy)
    )


def _meets(conditions: dict[str, dict[str, Any]], known: Mapping[str, str]) -> bool:
    return all(
        fnmatchcase(known[key], str(pattern)) if key in known else operator.endswith("IfExists")
        for operator, keys in conditions.items()
        for key, pattern in keys.items()
        if key.startswith("apigateway:")
    )
