"""AWS's answers in AWS's own form, which is not the one in which it was asked: the emulator repeats what it was told.

IAM and SQS turn a list of one into its member and put statements into an order of their own; DynamoDB gives indexes and
attributes in any order; a tag of AWS's may be among the others. The Terraform provider takes all of these for what was
asked: https://github.com/hashicorp/awspolicyequivalence and, of its sources, internal/service/dynamodb/table.go (sets)
and internal/tags/key_value_tags.go (IgnoreAWS).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from local.clients import Clients

Answer: TypeAlias = "dict[str, Any]"
_AWS_TAG = {"Key": "aws:servicecatalog:provisioningPrincipalArn", "Value": "somebody"}


class AwsFormClients(Clients):
    """Clients whose answers have AWS's form."""

    def _made(self, session: Any, service: str) -> Any:
        client = super()._made(session, service)
        forms = _FORMS.get(service, {})

        def reword(parsed: Answer, model: Any, **_: object) -> None:
            if "Error" not in parsed and model.name in forms:
                forms[model.name](parsed)

        # After what botocore itself makes of an answer: it decodes policies.
        client.meta.events.register_last(f"after-call.{service}", reword)
        return client


def reworded(policy: object) -> Any:
    """A policy document as AWS gives it back."""
    if isinstance(policy, dict):
        members = list(cast("Mapping[str, object]", policy).items())
        found: dict[str, Any] = {key: reworded(value) for key, value in reversed(members)}
        return {**found, "Statement": found["Statement"][::-1]} if "Statement" in found else found
    if isinstance(policy, list):
        items = [reworded(each) for each in cast("list[object]", policy)]
        return items[0] if len(items) == 1 and isinstance(items[0], str) else items
    return policy


def _role(answer: Answer) -> None:
    role = answer["Role"]
    role["AssumeRolePolicyDocument"] = reworded(role["AssumeRolePolicyDocument"])
    role["Tags"] = [_AWS_TAG, *reversed(role.get("Tags") or ())]


def _role_policy(answer: Answer) -> None:
    answer["PolicyDocument"] = reworded(answer["PolicyDocument"])


def _policy_version(answer: Answer) -> None:
    answer["PolicyVersion"]["Document"] = reworded(answer["PolicyVersion"]["Document"])


def _queue(answer: Answer) -> None:
    attributes = answer.get("Attributes", {})
    if attributes.get("Policy"):
        attributes["Policy"] = json.dumps(reworded(json.loads(attributes["Policy"])))


def _table(answer: Answer) -> None:
    table = answer["Table"]
    for key in ("GlobalSecondaryIndexes", "AttributeDefinitions"):
        if key in table:
            table[key] = table[key][::-1]


def _table_tags(answer: Answer) -> None:
    answer["Tags"] = [_AWS_TAG, *reversed(answer.get("Tags") or ())]


_FORMS: Mapping[str, Mapping[str, Callable[[Answer], None]]] = {
    "iam": {"GetRole": _role, "GetRolePolicy": _role_policy, "GetPolicyVersion": _policy_version},
    "sqs": {"GetQueueAttributes": _queue},
    "dynamodb": {"DescribeTable": _table, "ListTagsOfResource": _table_tags},
}
