"""What the stack's roles may do, as IAM would decide it from the policies that the program makes.

The decision is that of the emulator's evaluator: a Deny anywhere wins, conditions count, a resource's own policy is
asked too. It is given what AWS gives it: of a role's session, the role's ARN as `aws:PrincipalArn`
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core import iam_evaluator as iam  # pyright: ignore[reportMissingTypeStubs]

from tests.pulumi_harness import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.pulumi_harness import Deployment

ROLE, ROLE_POLICY, MANAGED = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"
QUEUE, QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
GLOBAL = {"iam": ""}
"""Services whose ARNs have no region."""


@dataclass(frozen=True)
class Document:
    """A policy that the program makes: where it stands, and what it says."""

    type: str
    name: str
    property: str
    holder: str
    statements: list[dict[str, Any]]

    def __str__(self) -> str:
        return f"{self.name}.{self.property}"


@dataclass(frozen=True)
class Request:
    """Somebody asks for an action on a resource; `context` are condition keys that the action brings along."""

    who: str
    action: str
    resource: str
    context: Mapping[str, str | list[str]]

    def __str__(self) -> str:
        return f"{self.who} {self.action} {self.resource.rpartition(ACCOUNT + ':')[2] or self.resource}"


def documents(stack: Deployment) -> Iterator[Document]:
    """Every policy document that any resource is given, whatever the resource is."""
    for resource in stack.resources.values():
        for key, value in resource.inputs.items():
            if statements := _statements(value):
                yield Document(resource.type, resource.name, key, _holder(resource.type, resource.inputs), statements)


def _statements(value: object) -> list[dict[str, Any]]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = json.loads(value)
    return value["Statement"] if isinstance(value, dict) and "Statement" in value else []


def _holder(type_: str, inputs: Mapping[str, Any]) -> str:
    """Whom a document is about: a role, a policy to attach, a queue."""
    if type_ == QUEUE_POLICY:
        return inputs["queueUrl"].rpartition("/")[2]
    return inputs["role"] if type_ == ROLE_POLICY else inputs.get("name", "")


def arn(service: str, thing: str) -> str:
    """The ARN of a thing of the stack's account and region; `*` is nothing in particular."""
    return thing if thing == "*" else f"arn:aws:{service}:{GLOBAL.get(service, REGION)}:{ACCOUNT}:{thing}"


class Simulation:
    """Decides requests by the documents that it is given; `administrator` may do everything that nothing denies."""

    def __init__(self, given: Iterator[Document] | list[Document]) -> None:
        self._identity: dict[str, list[list[iam.ParsedStatement]]] = {"administrator": [_parsed(EVERYTHING)]}
        self._queues: dict[str, dict[str, Any]] = {}
        self._trusts: dict[str, Mapping[str, Any]] = {}
        for document in given:
            body = {"Statement": document.statements}
            if document.type in (ROLE_POLICY, MANAGED):
                self._identity.setdefault(document.holder, []).append(_parsed(body))
            elif document.type == QUEUE_POLICY:
                self._queues[arn("sqs", document.holder)] = body
            elif document.type == ROLE:
                self._trusts[document.holder] = body

    def allows(self, request: Request) -> bool:
        """Whether the request passes: the asker's policies, then those of the resource."""
        context = _context(arn("iam", f"role/{request.who}"), request)
        identity = iam.evaluate(context, self._identity[request.who])
        own = self._queues.get(request.resource)
        return iam.combine_resource_policy(identity, context, own, ACCOUNT).decision == "Allow"

    def lets_in(self, role: str, service: str, source_arn: str | None, account: str | None) -> bool:
        """Whether a service may assume a role for something of an account, as which it says it acts."""
        sources = {"aws:SourceArn": source_arn, "aws:SourceAccount": account}
        told = {key: value for key, value in sources.items() if value is not None}
        request = Request(service, "sts:AssumeRole", arn("iam", f"role/{role}"), told)
        context = _context(f"arn:aws:iam::{ACCOUNT}:service", request)
        return iam.evaluate_resource_policy(dict(self._trusts[role]), context, service=service).decision == "Allow"


def _parsed(document: Mapping[str, Any]) -> list[iam.ParsedStatement]:
    return iam.parse_policy_document(dict(document))


def _context(principal_arn: str, request: Request) -> iam.EvalContext:
    return iam.EvalContext(
        principal_arn=principal_arn,
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=request.action,
        resource_arn=request.resource,
        region=REGION,
        service_context={key.lower(): value for key, value in request.context.items()},
    )
