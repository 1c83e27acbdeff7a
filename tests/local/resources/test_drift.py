"""What somebody changes by hand is observed, and the next update takes it back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from local.resources import RESOURCE_TYPES
from tests.local.resources.inputs import CODE, FUNCTION, OTHER_POLICY, OTHER_TRUST, POLICY, SCHEDULE, TRUST, filled

if TYPE_CHECKING:
    from local.clients import Clients


def by_hand(aws: Clients, resource_type: str, identity: str) -> None:
    """Change one thing as somebody with a console would."""
    match resource_type.split(":")[-1]:
        case "LogGroup":
            aws.client("logs").put_retention_policy(logGroupName=identity, retentionInDays=1)
        case "Role":
            aws.client("iam").update_assume_role_policy(RoleName=identity, PolicyDocument=OTHER_TRUST)
        case "RolePolicy":
            role, name = identity.split(":")
            aws.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=OTHER_POLICY)
        case "Function":
            variables = {"lower": "2"}
            aws.client("lambda").update_function_configuration(
                FunctionName=identity, Environment={"Variables": variables}
            )
        case "Schedule":
            group, name = identity.split("/")
            schedule = aws.client("scheduler").get_schedule(GroupName=group, Name=name)
            keys = ("ScheduleExpression", "FlexibleTimeWindow", "Target", "StartDate")
            given = {key: schedule[key] for key in keys}
            aws.client("scheduler").update_schedule(GroupName=group, Name=name, State="DISABLED", **given)
        case "Queue":
            aws.client("sqs").set_queue_attributes(QueueUrl=identity, Attributes={"SqsManagedSseEnabled": "false"})
        case "QueuePolicy":
            aws.client("sqs").set_queue_attributes(QueueUrl=identity, Attributes={"Policy": OTHER_POLICY})
        case _:
            aws.client("ssm").put_parameter(Name=identity, Value="2", Type="String", Overwrite=True)


DRIFTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "/drift", "retentionInDays": 14}, {"retentionInDays": 1}),
    (
        "aws:iam/role:Role",
        {"name": "drift", "assumeRolePolicy": TRUST.replace(",", " ,")},
        {"assumeRolePolicy": OTHER_TRUST},
    ),
    ("aws:iam/rolePolicy:RolePolicy", {"name": "d", "role": "base-role", "policy": POLICY}, {"policy": OTHER_POLICY}),
    (
        "aws:lambda/function:Function",
        {"name": "drift", "code": CODE, "environment": {"variables": {"lower": "1"}}, **FUNCTION},
        {"environment": {"variables": {"lower": "2"}}},
    ),
    ("aws:scheduler/schedule:Schedule", {**SCHEDULE, "name": "drift", "state": "ENABLED"}, {"state": "DISABLED"}),
    (
        "aws:sqs/queue:Queue",
        {"name": "drift", "sqsManagedSseEnabled": True, "visibilityTimeoutSeconds": 90},
        {"sqsManagedSseEnabled": False},
    ),
    ("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": "$queue", "policy": POLICY}, {"policy": OTHER_POLICY}),
    ("aws:ssm/parameter:Parameter", {"name": "/d", "type": "String", "insecureValue": "1"}, {"insecureValue": "2"}),
]


@pytest.mark.parametrize(("resource_type", "inputs", "drift"), DRIFTS, ids=[case[0] for case in DRIFTS])
def test_what_was_changed_by_hand_is_observed_and_nothing_else(
    aws: Clients, made: SimpleNamespace, resource_type: str, inputs: dict[str, Any], drift: dict[str, Any]
) -> None:
    kind = RESOURCE_TYPES[resource_type]
    inputs = filled(inputs, made)
    identity = kind.create(aws, inputs)
    assert kind.observe(aws, identity, inputs) == inputs
    by_hand(aws, resource_type, identity)
    assert kind.observe(aws, identity, inputs) == {**inputs, **drift}
    kind.update(aws, identity, inputs, frozenset(drift))
    assert kind.observe(aws, identity, inputs) == inputs
    kind.delete(aws, identity, inputs)
