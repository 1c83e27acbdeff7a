"""A stack with a customer managed key: what has it, and what the key's own policy on the page lets in."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.docs.page import ROOT, blocks
from tests.infra.bootstrap import template
from tests.infra.sample import CONFIG, FULL, readable, sample_stack
from tests.pulumi_harness import Deployment, run_program

KEY = FULL["kms_key_arn"]
ENCRYPTED = run_program({**CONFIG, "kms_key_arn": KEY})
GROUP, POLICY = "aws:cloudwatch/logGroup:LogGroup", "aws:iam/rolePolicy:RolePolicy"
# What each type of resource says when it has the key.
SAYS: dict[str, dict[str, Any]] = {
    GROUP: {"kmsKeyId": KEY},
    "aws:dynamodb/table:Table": {"serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY}},
    "aws:lambda/function:Function": {"kmsKeyArn": KEY},
    "aws:scheduler/schedule:Schedule": {"kmsKeyArn": KEY},
    "aws:secretsmanager/secret:Secret": {"kmsKeyId": KEY},
    "aws:sqs/queue:Queue": {"kmsMasterKeyId": KEY},
}
PAGE = (ROOT / "docs" / "settings-resources.md").read_text()
SAMPLE = next(json.loads(each.text) for each in blocks(PAGE) if each.title == "key-policy")


@pytest.mark.parametrize("type_", SAYS)
def test_every_resource_that_can_has_the_key_and_is_the_same_otherwise(type_: str):
    resources = ENCRYPTED.of_type(type_)

    assert resources
    for name, resource in resources.items():
        before = dict(sample_stack()[type_, name].inputs)
        # SQS has one or the other: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
        before.pop("sqsManagedSseEnabled", None)
        assert _opened(resource.inputs) == _opened({**before, **SAYS[type_]})


def test_nothing_else_changes_but_what_roles_may_do():
    before = {key: readable(each) for key, each in sample_stack().resources.items()}
    after = {key: readable(each) for key, each in ENCRYPTED.resources.items()}

    assert before.keys() == after.keys()
    changed = {key for key in after if after[key] != before[key] and key[0] not in SAYS}
    assert changed == {key for key in after if key[0] == POLICY} | {("aws:iam/policy:Policy", "operators-policy")}


def test_no_stack_names_a_key_that_it_was_not_given():
    assert "kms" not in json.dumps([readable(each) for each in sample_stack().resources.values()]).lower()


def test_without_a_ledger_and_signing_keys_the_proxy_needs_the_key_for_its_environment_and_queues_alone():
    stack = run_program({**CONFIG, "ledger": False, "signing": {}, "kms_key_arn": KEY})

    assert _used_by(stack, "proxy-function-policy") == ["lambda", "sqs"]
    assert _used_by(stack, "callback-function-policy") == ["lambda", "dynamodb"]


def test_the_keys_own_policy_lets_logs_in_for_the_stacks_groups_and_for_no_others():
    logs = _statement("Logs")
    patterns = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    groups = [f"arn:aws:logs:eu-west-1:123456789012:log-group:{each.inputs['name']}" for each in _groups()]

    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert {pattern for group in groups for pattern in patterns if fnmatchcase(group, pattern)} == set(patterns)
    assert [group for group in groups if not any(fnmatchcase(group, pattern) for pattern in patterns)] == []
    assert not any(
        fnmatchcase("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/x", each) for each in patterns
    )


def test_the_keys_own_policy_names_the_roles_that_the_bootstrap_makes():
    resources = template("123456789012")["Resources"]
    names = {each: resources[f"{each}Role"]["Properties"]["RoleName"] for each in ("Deploy", "Preview")}

    for sid, name in names.items():
        assert _statement(sid)["Principal"] == {"AWS": f"arn:aws:iam::123456789012:role/{name}"}


def _opened(inputs: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(inputs, default=vars))


def _used_by(stack: Deployment, policy: str) -> list[str]:
    return re.findall(r"(\w+)\.eu-west-1\.amazonaws", stack[POLICY, policy].inputs["policy"])


def _groups() -> list[Any]:
    return list(ENCRYPTED.of_type(GROUP).values())


def _statement(sid: str) -> dict[str, Any]:
    return next(each for each in SAMPLE["Statement"] if each["Sid"] == sid)
