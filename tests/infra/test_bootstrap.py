"""What the deployment stands on: its roles may do what the program's resources take, and nothing else."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import botocore.session
import pulumi
import pulumi_aws
import pytest
import yaml

from tests.docs.page import ROOT
from tests.infra.bootstrap import BOOTSTRAP, template

PERMISSIONS: dict[str, list[dict[str, Any]]] = yaml.safe_load((BOOTSTRAP / "permissions.yaml").read_text())
GOLDEN: dict[str, Any] = yaml.safe_load((ROOT / "tests/infra/stack.yaml").read_text())
PLACES = {"REGION": "eu-west-1", "ACCOUNT": "123456789012", "STATE": "state-bucket"}
PARENT = "schedule-catalog-dev-eu-west-1-thing"
# Actions that are not called what an operation of the API is called.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
NO_OPERATION = {
    "iam:PassRole",
    "s3:ListBucket",
    *(f"apigateway:{verb}" for verb in ("GET", "POST", "PATCH", "DELETE")),
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    "logs:ListLogDeliveries",
}


RESOURCES: dict[str, Any] = template(PLACES["ACCOUNT"])["Resources"]


def statements(policy: str) -> list[dict[str, Any]]:
    return RESOURCES[policy]["Properties"]["PolicyDocument"]["Statement"]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(policies: list[str], action: str, arn: str, known: Mapping[str, str] | None = None) -> bool:
    """Whether a statement allows it; `known` are condition keys of API Gateway, of which no others are looked at."""
    return any(
        action in listed(each["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in listed(each["Resource"]))
        and _meets(each.get("Condition", {}), known or {})
        for policy in policies
        for each in statements(policy)
    )


def _meets(conditions: dict[str, dict[str, Any]], known: Mapping[str, str]) -> bool:
    return all(
        fnmatchcase(known[key], str(pattern)) if key in known else operator.endswith("IfExists")
        for operator, keys in conditions.items()
        for key, pattern in keys.items()
        if key.startswith("apigateway:")
    )


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
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("aws."):
                made = _named(ast.unparse(call.func))
                if isinstance(made, type) and issubclass(made, pulumi.CustomResource):
                    found.add(made.pulumi_type)  # type: ignore[attr-defined]
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
    deploying = [grant for grant in mine if not may(["ReadPolicy", "WritePolicy"], grant)]
    looking = [grant for grant in mine if grant.kind == "read" and not may(["ReadPolicy"], grant)]

    assert mine
    assert deploying == []
    assert looking == []


def test_the_roles_may_do_nothing_else() -> None:
    needed = {kind: {grant.action for grant in grants() if grant.kind == kind} for kind in ("read", "write")}
    given = {
        policy: {action for each in statements(policy) for action in listed(each["Action"])}
        for policy in ("ReadPolicy", "WritePolicy")
    }

    assert given == {"ReadPolicy": needed["read"], "WritePolicy": needed["write"] - needed["read"]}


def test_no_action_is_misspelt() -> None:
    session = botocore.session.get_session()
    actions = {grant.action for grant in grants()}
    services = {action.split(":")[0] for action in actions} - {"apigateway"}
    known = {f"{name}:{each}" for name in services for each in session.get_service_model(name).operation_names}

    assert actions - known == NO_OPERATION


@pytest.mark.parametrize("policy", ["ReadPolicy", "WritePolicy"])
def test_a_policy_fits_and_names_no_action_by_a_star(policy: str) -> None:
    document = RESOURCES[policy]["Properties"]["PolicyDocument"]

    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count
    assert len(re.sub(r"\s", "", str(document))) <= 6144
    assert not any("*" in action for each in document["Statement"] for action in listed(each["Action"]))


def test_everywhere_is_allowed_only_where_aws_knows_no_narrower_place() -> None:
    everywhere = {
        action
        for policy in ("ReadPolicy", "WritePolicy")
        for each in statements(policy)
        if "*" in listed(each["Resource"]) and "Condition" not in each
        for action in listed(each["Action"])
    }

    assert everywhere == {
        "logs:DescribeLogGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "scheduler:ListSchedules",
        "ssm:DescribeParameters",
        *(f"logs:{each}LogDelivery" for each in ("Create", "Get", "Update", "Delete")),
        "logs:ListLogDeliveries",
        "logs:DescribeResourcePolicies",
    }


APIS = "arn:aws:apigateway:eu-west-1::/apis"
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:"


@pytest.mark.parametrize(
    ("action", "arn", "known"),
    [
        ("apigateway:DELETE", f"{APIS}/abc", {"apigateway:Resource/ApiName": "payments"}),
        ("apigateway:DELETE", f"{APIS}/abc", {}),
        ("apigateway:PATCH", f"{APIS}/abc", {"apigateway:Resource/ApiName": "my-schedule-catalog-prod"}),
        ("apigateway:POST", APIS, {"apigateway:Request/ApiName": "payments"}),
        ("apigateway:PUT", f"{APIS}/abc", {"apigateway:Resource/ApiName": "schedule-catalog-prod"}),
        ("apigateway:POST", f"{APIS}/abc/authorizers", {}),
        ("apigateway:DELETE", f"{APIS}/abc/authorizers/def", {}),
        ("apigateway:POST", f"{APIS}/abc/deployments", {}),
        ("apigateway:POST", "arn:aws:apigateway:eu-west-1::/domainnames", {}),
        ("apigateway:DELETE", "arn:aws:apigateway:eu-west-1::/restapis/abc", {}),
        ("apigateway:POST", "arn:aws:apigateway:eu-west-1::/tags/abc", {}),
        (
            "apigateway:PATCH",
            f"{APIS}/abc/stages/$default",
            {"apigateway:Request/AccessLoggingDestination": f"{LOGS}/aws/vendedlogs/somebody-elses"},
        ),
        ("logs:PutResourcePolicy", "*", {}),
        ("logs:DeleteResourcePolicy", "*", {}),
    ],
)
def test_a_deployment_touches_no_other_api_and_lets_nobody_write_a_log(
    action: str, arn: str, known: dict[str, str]
) -> None:
    assert not allowed(["ReadPolicy", "WritePolicy"], action, arn, known)


def test_the_log_groups_of_the_project_take_the_access_log_and_nothing_from_elsewhere() -> None:
    policy = RESOURCES["AccessLogs"]["Properties"]
    (statement,) = json.loads(policy["PolicyDocument"])["Statement"]

    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert fnmatchcase(f"{LOGS}/aws/vendedlogs/schedule-catalog-dev-x-callback:log-stream:a", statement["Resource"])
    assert not fnmatchcase(f"{LOGS}/aws/lambda/schedule-catalog-dev-x-proxy:log-stream:a", statement["Resource"])
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/schedule-catalog/prod/ops/token"),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:/schedule-catalog/prod/a",
        ),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/schedule-catalog-prod-eu-west-1-tasks"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:123456789012:schedule-catalog-prod-eu-west-1-undelivered"),
        (
            "lambda:InvokeFunction",
            "arn:aws:lambda:eu-west-1:123456789012:function:schedule-catalog-prod-eu-west-1-proxy",
        ),
        ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/github-schedule-catalog-deploy"),
        ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::123456789012:role/admin"),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/admin"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:123456789012:function:somebody-elses"),
        ("s3:GetObject", "arn:aws:s3:::another-bucket/x"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/another"),
    ],
)
def test_neither_role_reads_a_secret_or_a_call_or_touches_what_is_not_the_projects(action: str, arn: str) -> None:
    assert not allowed(["ReadPolicy", "WritePolicy"], action, arn)


def test_the_role_that_deploys_is_assumed_behind_the_environment_alone_and_the_other_nowhere_else() -> None:
    trusts = {
        role: RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]
        for role in ("DeployRole", "PreviewRole")
    }
    issuer = "token.actions.githubusercontent.com"

    assert trusts["DeployRole"][f"{issuer}:sub"] == "repo:your-company/schedules:environment:prod"
    assert trusts["PreviewRole"][f"{issuer}:sub"] == [
        "repo:your-company/schedules:pull_request",
        "repo:your-company/schedules:ref:refs/heads/main",
    ]
    assert all(each[f"{issuer}:aud"] == "sts.amazonaws.com" for each in trusts.values())
    assert RESOURCES["PreviewRole"]["Properties"]["ManagedPolicyArns"] == ["ReadPolicy"]


def test_a_role_is_passed_to_lambda_and_the_scheduler_alone() -> None:
    (passing,) = (each for each in statements("WritePolicy") if "iam:PassRole" in listed(each["Action"]))

    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == [
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
    ]


def test_removing_the_template_keeps_the_state_and_its_key() -> None:
    assert all(RESOURCES[each]["DeletionPolicy"] == "Retain" for each in ("State", "Key", "Provider"))
