"""The roles that deploy may do what the program's resources take, and nothing else."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import botocore.session
import pulumi
import pulumi_aws
import pytest
import yaml

from tests.docs.page import ROOT
from tests.infra.bootstrap import BOOTSTRAP, template
from tests.infra.bootstrap_policies import DEPLOYING, PLACES, allowed, listed, statements

PERMISSIONS: dict[str, list[dict[str, Any]]] = yaml.safe_load((BOOTSTRAP / "permissions.yaml").read_text())
GOLDEN: dict[str, Any] = yaml.safe_load((ROOT / "tests/infra/stack.yaml").read_text())
PARENT = "schedule-catalog-dev-eu-west-1-thing"
# Actions that are not called what an operation of the API is called.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
NO_OPERATION = {
    "iam:PassRole",
    "s3:ListBucket",
    *(f"apigateway:{verb}" for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    "logs:ListLogDeliveries",
}


@dataclass(frozen=True)
class Grant:
    """An action that a type of resource takes on an ARN, to be read or to be changed."""

    type: str
    kind: str
    action: str
    arn: str
    known: tuple[tuple[str, str], ...] = ()


def grants() -> Iterator[Grant]:
    for type_, entries in PERMISSIONS.items():
        names = list(names_of(type_)) or [PARENT]
        for entry in entries:
            for kind in ("read", "write"):
                for action in entry.get(kind, ()):
                    for name in names:
                        known = tuple((key, arn(value, name)) for key, value in entry.get("with", {}).items())
                        yield Grant(type_, kind, action, arn(entry["resource"], name), known)


def may(policies: list[str], grant: Grant) -> bool:
    return allowed(policies, grant.action, grant.arn, dict(grant.known))


def arn(template: str, name: str) -> str:
    for place, value in {**PLACES, "PARENT": PARENT, "NAME": name}.items():
        template = template.replace(place, value)
    return template


def names_of(type_: str) -> Iterator[str]:
    """What the sample stack calls its resources of a type, where the program gives a name."""
    for key, resource in GOLDEN.items():
        name = (resource or {}).get("inputs", {}).get("name")
        if key.split(" ")[0] == type_ and isinstance(name, str):
            yield name


def types_of_the_program() -> set[str]:
    """The types of all resources that any component may make, whatever the settings say."""
    found = set[str]()
    for path in [*(ROOT / "infra").glob("*.py"), ROOT / "__main__.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("aws."):
                made = _named(ast.unparse(node.func))
                if isinstance(made, type) and issubclass(made, pulumi.CustomResource):
                    found.add(vars(made)["pulumi_type"])
            elif isinstance(node, ast.Constant) and re.fullmatch(r"aws:\w+/\w+:\w+", str(node.value)):
                found.add(str(node.value))
    return found


def _named(dotted: str) -> Any:
    made: Any = pulumi_aws
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the provider warns of its own renamed classes
        for part in dotted.split(".")[1:]:
            made = getattr(made, part)
    return made


def test_every_type_of_resource_has_its_permissions_listed() -> None:
    golden = {key.split(" ")[0] for key in GOLDEN if key.startswith("aws:")}
    made = types_of_the_program()

    assert golden <= made
    assert made - set(PERMISSIONS) == set(), (
        "list them in infra/bootstrap/permissions.yaml, and allow them in stack.yaml"
    )


def test_no_type_is_listed_that_the_program_does_not_make() -> None:
    assert {type_ for type_ in PERMISSIONS if ":" in type_} - types_of_the_program() == set()


@pytest.mark.parametrize("type_", PERMISSIONS)
def test_the_roles_may_do_what_a_resource_takes(type_: str) -> None:
    mine = [grant for grant in grants() if grant.type == type_]
    deploying = [grant for grant in mine if not may(DEPLOYING, grant)]
    looking = [grant for grant in mine if grant.kind == "read" and not may(["ReadPolicy"], grant)]

    assert mine
    assert deploying == []
    assert looking == []


def test_the_roles_may_do_nothing_else() -> None:
    needed = {kind: {grant.action for grant in grants() if grant.kind == kind} for kind in ("read", "write")}
    given = {
        policy: {action for each in statements(policy) for action in listed(each["Action"])} for policy in DEPLOYING
    }

    assert given["ReadPolicy"] == needed["read"]
    assert given["WritePolicy"] | given["ApisAndTagsPolicy"] == needed["write"] - needed["read"]
    assert given["WritePolicy"] & given["ApisAndTagsPolicy"] == set()


CALLED = {"servicequotas": "service-quotas"}
"""What botocore calls services that IAM calls otherwise."""


def test_no_action_is_misspelt() -> None:
    session = botocore.session.get_session()
    actions = {grant.action for grant in grants()}
    services = {action.split(":")[0] for action in actions} - {"apigateway"}
    models = {name: session.get_service_model(CALLED.get(name, name)) for name in services}
    known = {f"{name}:{each}" for name, model in models.items() for each in model.operation_names}

    assert actions - known == NO_OPERATION


@pytest.mark.parametrize("policy", DEPLOYING)
def test_a_policy_fits_and_names_no_action_by_a_star(policy: str) -> None:
    most = {"Project": "p" * 40, "AWS::Partition": "aws-us-gov", "RolePath": "/teams/schedules/"}
    boundary = f"arn:aws-us-gov:iam::123456789012:policy/{'b' * 64}"
    given = template(PLACES["ACCOUNT"], PermissionsBoundary=boundary, **most)
    document = given["Resources"][policy]["Properties"]["PolicyDocument"]

    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count
    assert len(re.sub(r"\s", "", str(document))) <= 6144
    assert not any("*" in action for each in document["Statement"] for action in listed(each["Action"]))


def test_everywhere_is_allowed_only_where_aws_knows_no_narrower_place() -> None:
    everywhere = {
        action
        for policy in DEPLOYING
        for each in statements(policy)
        if "*" in listed(each["Resource"]) and "Condition" not in each
        for action in listed(each["Action"])
    }

    assert everywhere == {
        "logs:DescribeLogGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribePrefixLists",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
        "ec2:DescribeVpcs",
        "scheduler:ListSchedules",
        "ssm:DescribeParameters",
        *(f"logs:{each}LogDelivery" for each in ("Create", "Get", "Update", "Delete")),
        "logs:ListLogDeliveries",
        "logs:DescribeResourcePolicies",
    }
