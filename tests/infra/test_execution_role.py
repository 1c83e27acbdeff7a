from __future__ import annotations

import pytest

from tests.infra.sample import sample_stack, statements

ORIGINS = pytest.mark.parametrize("origin", ["catalog", "adhoc"])
ARN = "arn:aws:{service}:eu-west-1:123456789012:{thing}"


@ORIGINS
def test_a_role_may_be_assumed_for_its_own_group_of_this_account_alone(origin: str):
    (trust,) = statements(sample_stack()["aws:iam/role:Role", f"{origin}-execution-role"].inputs["assumeRolePolicy"])

    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": "123456789012",
            "aws:SourceArn": ARN.format(
                service="scheduler", thing=f"schedule-group/schedule-catalog-dev-eu-west-1-{origin}"
            ),
        }
    }


@ORIGINS
def test_a_role_may_invoke_its_one_alias_and_write_the_one_queue_and_nothing_else(origin: str):
    policy = sample_stack()["aws:iam/rolePolicy:RolePolicy", f"{origin}-execution-policy"]

    assert policy.inputs["role"] == f"schedule-catalog-dev-eu-west-1-{origin}-role"
    assert [(each["Effect"], each["Action"], each["Resource"]) for each in statements(policy.inputs["policy"])] == [
        (
            "Allow",
            ["lambda:InvokeFunction"],
            [ARN.format(service="lambda", thing=f"function:schedule-catalog-dev-eu-west-1-proxy:{origin}")],
        ),
        (
            "Allow",
            ["sqs:SendMessage"],
            [ARN.format(service="sqs", thing="schedule-catalog-dev-eu-west-1-scheduler-dlq")],
        ),
    ]


@ORIGINS
def test_a_role_that_schedules_refer_to_is_protected(origin: str):
    assert sample_stack()["aws:iam/role:Role", f"{origin}-execution-role"].protect
