from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.sample import sample_stack, statements

if TYPE_CHECKING:
    from tests.pulumi_harness import Resource

FUNCTIONS = pytest.mark.parametrize("function", ["proxy", "callback"])


def of(type_: str, name: str) -> Resource:
    return sample_stack()[type_, name]


@FUNCTIONS
def test_the_log_group_has_an_end_and_is_there_before_the_function(function: str):
    log = of("aws:cloudwatch/logGroup:LogGroup", f"{function}-function-log")

    assert log.inputs == {"name": f"/aws/lambda/schedule-catalog-dev-eu-west-1-{function}", "retentionInDays": 14}
    assert log.name in of("aws:lambda/function:Function", function).depends_on


@FUNCTIONS
def test_the_policy_is_there_before_the_function(function: str):
    assert f"{function}-function-policy" in of("aws:lambda/function:Function", function).depends_on


@FUNCTIONS
def test_a_function_writes_its_own_log_alone(function: str):
    policy = of("aws:iam/rolePolicy:RolePolicy", f"{function}-function-policy").inputs["policy"]
    logs = [each for each in statements(policy) if any(action.startswith("logs:") for action in each["Action"])]

    arn = f"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/schedule-catalog-dev-eu-west-1-{function}:*"
    assert [(each["Action"], each["Resource"]) for each in logs] == [
        (["logs:CreateLogStream", "logs:PutLogEvents"], [arn])
    ]


@FUNCTIONS
def test_lambda_alone_may_assume_the_role(function: str):
    (trust,) = statements(of("aws:iam/role:Role", f"{function}-function-role").inputs["assumeRolePolicy"])

    assert trust == {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
