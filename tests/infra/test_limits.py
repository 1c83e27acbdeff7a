"""AWS's limits, held by a stack that is as large as one may be: every option, 50 applications, 1,000 services."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from schedule_catalog.settings.consistency import MOST_APPLICATIONS
from tests.infra.sample import FULL
from tests.pulumi_harness import Deployment, run_program

NAMES = [f"{'a' * 18}{number:02}" for number in range(MOST_APPLICATIONS)]
SERVICES = [f"service-{number}" for number in range(1_000)]
LARGEST: dict[str, Any] = {
    **FULL,
    "services": {**FULL["services"], **{name: f"https://{name}.internal.example.com/api" for name in SERVICES}},
    "secrets": {**FULL["secrets"], **{f"{name}-token": {"services": [name]} for name in SERVICES}},
    "applications": {name: {"prefix": f"{name[::-1]}-", "owner": "billing"} for name in NAMES},
}
# Characters or bytes, by type and property; white space is not counted in a policy.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
TEXTS = {
    ("aws:iam/role:Role", "assumeRolePolicy"): 2_048,
    ("aws:iam/rolePolicy:RolePolicy", "policy"): 10_240,
    ("aws:iam/policy:Policy", "policy"): 6_144,
    ("aws:ssm/parameter:Parameter", "insecureValue"): 8_192,
    ("aws:lambda/function:Function", "environment"): 4_096,
}
# The API references of each type's create call; `name` is what people and other resources refer to.
NAMED = {
    "aws:iam/role:Role": 64,
    "aws:iam/policy:Policy": 128,
    "aws:lambda/function:Function": 64,
    "aws:lambda/alias:Alias": 128,
    "aws:scheduler/scheduleGroup:ScheduleGroup": 64,
    "aws:sqs/queue:Queue": 80,
    "aws:dynamodb/table:Table": 255,
    "aws:apigatewayv2/api:Api": 128,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
    "aws:cloudwatch/dashboard:Dashboard": 255,
    "aws:cloudwatch/logGroup:LogGroup": 512,
    "aws:secretsmanager/secret:Secret": 512,
    "aws:ssm/parameter:Parameter": 1_011,
}
# Their names are the catalog's, fixed, or of no account's.
UNNAMED = {"aws:scheduler/schedule:Schedule", "aws:apigatewayv2/stage:Stage", "aws:iam/rolePolicy:RolePolicy"}


@cache
def largest() -> Deployment:
    return run_program(LARGEST, stack="a-stack-with-a-long-name", project="a-project-whose-name-is-just-as-long")


def size(value: Any) -> int:
    text = value if isinstance(value, str) else json.dumps(value)
    return len(re.sub(r"\s", "", text).encode())


@pytest.mark.parametrize(("kind", "most"), TEXTS.items(), ids=lambda value: str(value))
def test_a_text_is_within_its_limit(kind: tuple[str, str], most: int):
    type_, key = kind
    sizes = {name: size(each.inputs[key]) for name, each in largest().of_type(type_).items()}

    assert max(sizes.values()) <= most, sizes


@pytest.mark.parametrize(("type_", "most"), NAMED.items())
def test_a_name_is_within_its_limit(type_: str, most: int):
    inputs = [each.inputs for each in largest().of_type(type_).values()]
    names = [each["name" if "name" in each else "dashboardName"] for each in inputs]

    assert max(map(len, names)) <= most, names


def test_every_type_with_a_name_is_looked_at():
    named = {each.type for each in largest().resources.values() if "name" in each.inputs}

    assert named - UNNAMED <= set(NAMED)
