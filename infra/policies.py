"""IAM policy documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Allow:
    """Statement of an identity policy: allowed actions of its holder on resources, under conditions.

    All conditions must hold: by StringEquals and, where `*` is any text, by StringLike. `each` lists the values that a
    key of several values may have.
    leading_keys: pattern of the partition keys of DynamoDB's items; a request that names none is refused.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]
    conditions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    like: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    each: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    leading_keys: str | None = None

    def statement(self) -> dict[str, object]:
        """Return the statement in IAM's grammar."""
        statement: dict[str, object] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }
        operators: dict[str, Mapping[str, object]] = {
            "StringEquals": self.conditions,
            "StringLike": self.like,
            "ForAllValues:StringEquals": {key: list(values) for key, values in self.each.items()},
        }
        conditions = {operator: dict(given) for operator, given in operators.items() if given}
        if self.leading_keys is not None:
            conditions |= _of_leading_keys(self.leading_keys)
        return statement | ({"Condition": conditions} if conditions else {})


def _of_leading_keys(pattern: str) -> dict[str, dict[str, pulumi.Input[str]]]:
    """Conditions of the keys, of which a request may have several; "for all values" holds where there is none, too.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    key = "dynamodb:LeadingKeys"
    return {"ForAllValues:StringLike": {key: pattern}, "Null": {key: "false"}}


@dataclass(frozen=True, slots=True)
class Deny:
    """Statement of an identity policy: actions that its holder may not do on any resource, whatever else allows it.

    All conditions, whose values are ARNs, must hold.
    """

    sid: str
    actions: Sequence[str]
    conditions: Mapping[str, pulumi.Input[str]]

    def statement(self) -> dict[str, object]:
        """Return the statement in IAM's grammar."""
        return {
            "Sid": self.sid,
            "Effect": "Deny",
            "Action": list(self.actions),
            "Resource": ["*"],
            "Condition": {"ArnEquals": dict(self.conditions)},
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """Service that may assume a role, under the given conditions (all of them, by StringEquals)."""

    service: str
    conditions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])

    def statement(self) -> dict[str, object]:
        """Return the statement in IAM's grammar."""
        statement: dict[str, object] = {
            "Effect": "Allow",
            "Principal": {"Service": self.service},
            "Action": "sts:AssumeRole",
        }
        return statement | ({"Condition": {"StringEquals": dict(self.conditions)}} if self.conditions else {})


@dataclass(frozen=True, slots=True)
class Reserve:
    """Statement of a resource policy: only one role may do these actions, whatever other policies say."""

    sid: str
    actions: Sequence[str]
    resource: pulumi.Input[str]
    role_arn: pulumi.Input[str]

    def statement(self) -> dict[str, object]:
        """Return the statement in IAM's grammar; a session of the role has the role's ARN as `aws:PrincipalArn`."""
        return {
            "Sid": self.sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": list(self.actions),
            "Resource": self.resource,
            "Condition": {"StringNotEquals": {"aws:PrincipalArn": self.role_arn}},
        }


def document(*statements: Allow | Deny | Reserve | Trust) -> pulumi.Output[str]:
    """Return the policy document of *statements*, as JSON."""
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [each.statement() for each in statements]})
