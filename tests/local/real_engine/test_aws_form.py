"""What AWS gives back in another form is what was asked for, and what somebody changed by hand is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.real_engine.aws_form import AwsFormClients, reworded
from local.resources import RESOURCE_TYPES
from local.resources.policy_text import says_the_same

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": ["arn:aws:sqs:::one"]},
        {"Sid": "Write", "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": ["*"]},
    ],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": ["sts:AssumeRole"]}],
}
INDEXES = [
    {
        "name": name,
        "keySchemas": [{"attributeName": f"{name}-h", "keyType": "HASH"}, {"attributeName": "s", "keyType": "RANGE"}],
        "projectionType": "ALL",
    }
    for name in ("one", "two")
]
TABLE: dict[str, Any] = {
    "name": "runs",
    "hashKey": "h",
    "rangeKey": "s",
    "attributes": [{"name": name, "type": "S"} for name in ("h", "s", "one-h", "two-h")],
    "globalSecondaryIndexes": INDEXES,
    "billingMode": "PAY_PER_REQUEST",
    "tags": {"team": "billing", "cost": "7"},
}
ROLE: dict[str, Any] = {"name": "worker", "assumeRolePolicy": json.dumps(TRUST), "tags": {"a": "1", "b": "2"}}
MADE: list[tuple[str, dict[str, Any]]] = [
    ("aws:iam/role:Role", ROLE),
    ("aws:iam/rolePolicy:RolePolicy", {"name": "work", "role": "worker", "policy": json.dumps(POLICY)}),
    ("aws:iam/policy:Policy", {"name": "shared", "policy": json.dumps(POLICY)}),
    ("aws:dynamodb/table:Table", TABLE),
]


@pytest.fixture(name="aws")
def _aws(emulator: Emulator) -> AwsFormClients:
    emulator.reset()
    return AwsFormClients(emulator.endpoint, emulator.region)


def test_the_form_is_another_one() -> None:
    assert reworded(POLICY) != POLICY
    assert reworded(POLICY)["Statement"][1] == {
        "Resource": "arn:aws:sqs:::one",
        "Action": "sqs:ReceiveMessage",
        "Effect": "Allow",
        "Sid": "Read",
    }


def test_nothing_drifts_by_itself(aws: AwsFormClients) -> None:
    for type_, inputs in MADE:
        kind = RESOURCE_TYPES[type_]
        identity = kind.create(aws, inputs)

        assert kind.observe(aws, identity, inputs) == inputs, type_


def test_what_is_changed_by_hand_is_seen(aws: AwsFormClients) -> None:
    RESOURCE_TYPES["aws:iam/role:Role"].create(aws, ROLE)
    kind, inputs = RESOURCE_TYPES["aws:iam/rolePolicy:RolePolicy"], MADE[1][1]
    identity = kind.create(aws, inputs)
    wider = {**POLICY, "Statement": [{**POLICY["Statement"][0], "Resource": "*"}, POLICY["Statement"][1]]}
    aws.client("iam").put_role_policy(RoleName="worker", PolicyName="work", PolicyDocument=json.dumps(wider))

    assert json.loads(kind.observe(aws, identity, inputs)["policy"])["Statement"][1]["Resource"] == "*"

    table = RESOURCE_TYPES["aws:dynamodb/table:Table"]
    identity = table.create(aws, TABLE)
    other = {**TABLE, "globalSecondaryIndexes": [{**INDEXES[0], "projectionType": "KEYS_ONLY"}, INDEXES[1]]}
    assert {each["name"]: each for each in table.observe(aws, identity, other)["globalSecondaryIndexes"]} == {
        each["name"]: each for each in INDEXES
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"Action": ["a"]}, {"Action": "a"}, True),
        ({"Action": ["a", "b"]}, {"Action": ["b", "a"]}, True),
        ({"Action": ["a", "b"]}, {"Action": "a"}, False),
        ({"Action": "a", "Sid": "x"}, {"Action": "a"}, False),
        ({"Condition": {"StringEquals": {"k": ["v"]}}}, {"Condition": {"StringEquals": {"k": "v"}}}, True),
        ({"Effect": "Allow"}, {"Effect": "Deny"}, False),
    ],
)
def test_documents_are_the_same_when_they_mean_the_same(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert says_the_same({"Statement": [one]}, {"Statement": other}) is same
