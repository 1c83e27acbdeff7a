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
    *(f"apigateway:{verb}" for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    "logs:ListLogDeliveries",
}


DEPLOYING = ["ReadPolicy", "WritePolicy", "TagPolicy"]
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
                    found.add(vars(made)["pulumi_type"])
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
    assert given["WritePolicy"] | given["TagPolicy"] == needed["write"] - needed["read"]
    assert given["WritePolicy"] & given["TagPolicy"] == {"apigateway:POST", "apigateway:DELETE"}


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
    given = template(
        PLACES["ACCOUNT"], PermissionsBoundary="arn:aws:iam::123456789012:policy/boundary", RolePath="/team/"
    )
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
            "apigateway:POST",
            "arn:aws:apigateway:eu-west-1::/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2Fabc",
            {},
        ),
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
    assert not allowed(DEPLOYING, action, arn, known)


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
    assert not allowed(DEPLOYING, action, arn)


ISSUER = "token.actions.githubusercontent.com"
# What GitHub writes into tokens: https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims, and
# since 15 July 2026 with the numbers of owner and repository: https://github.blog/changelog/2026-04-23
PLAIN, NUMBERED = "repo:your-company/schedules", "repo:your-company@4711/schedules@815"
TOKENS = {
    "pull request": "{}:pull_request",
    "branch": "{}:ref:refs/heads/main",
    "environment": "{}:environment:prod",
}
MAY = {"PreviewRole": {"pull request", "branch"}, "DeployRole": {"environment"}}


def trusts(role: str, subject: str, audience: str = "sts.amazonaws.com", **given: str) -> bool:
    """Whether a role of the template is given to a token, by the operators that its trust uses."""
    document = template(PLACES["ACCOUNT"], **given)["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = document["Statement"]
    assert (statement["Action"], set(statement["Condition"])) == ("sts:AssumeRoleWithWebIdentity", {"StringEquals"})
    told = {f"{ISSUER}:sub": subject, f"{ISSUER}:aud": audience}
    return all(told[key] in listed(wanted) for key, wanted in statement["Condition"]["StringEquals"].items())


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("kind", TOKENS)
def test_a_role_is_given_to_its_own_kinds_of_token_with_and_without_numbers(role: str, kind: str) -> None:
    numbers = {"OwnerId": "4711", "RepositoryId": "815"}

    assert trusts(role, TOKENS[kind].format(PLAIN)) == (kind in MAY[role])
    assert trusts(role, TOKENS[kind].format(PLAIN), **numbers) == (kind in MAY[role])
    assert trusts(role, TOKENS[kind].format(NUMBERED), **numbers) == (kind in MAY[role])
    assert not trusts(role, TOKENS[kind].format(NUMBERED))


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("kind", TOKENS)
@pytest.mark.parametrize(
    "repository",
    [
        "repo:your-company/other",
        "repo:somebody/schedules",
        "repo:your-company@4711/schedules@816",
        "repo:your-company@4712/schedules@815",
        "repo:somebody@4711/schedules@815",
        "repo:your-company@4711/schedules",
        "repo:your-company/schedules@815",
        "repo:your-company@/schedules@",
        "repo:your-company@4711/schedules@815:environment:prod",
    ],
)
def test_no_role_is_given_to_another_repository(role: str, kind: str, repository: str) -> None:
    subject = TOKENS[kind].format(repository)

    assert not trusts(role, subject)
    assert not trusts(role, subject, OwnerId="4711", RepositoryId="815")


def test_a_token_for_another_audience_gets_no_role() -> None:
    assert not any(trusts(role, TOKENS[kind].format(PLAIN), "https://github.com/x") for role in MAY for kind in TOKENS)


def test_the_role_that_looks_has_only_what_reads() -> None:
    assert RESOURCES["PreviewRole"]["Properties"]["ManagedPolicyArns"] == ["ReadPolicy"]
    assert RESOURCES["DeployRole"]["Properties"]["ManagedPolicyArns"] == DEPLOYING


def test_with_a_boundary_no_role_is_made_or_changed_without_it() -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    given = template(PLACES["ACCOUNT"], PermissionsBoundary=boundary)["Resources"]["WritePolicy"]
    denied = [each for each in given["Properties"]["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]

    assert [(each["Sid"], each["Action"], each.get("Condition")) for each in denied] == [
        (
            "OnlyBoundedRoles",
            ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"],
            {"StringNotEquals": {"iam:PermissionsBoundary": boundary}},
        ),
        ("NeverUnbounded", "iam:DeleteRolePermissionsBoundary", None),
    ]
    assert not [each for each in statements("WritePolicy") if each["Effect"] == "Deny"]


def test_roles_with_a_path_are_the_projects_too() -> None:
    resources = template(PLACES["ACCOUNT"], RolePath="/team/")["Resources"]
    policies = [resources[each]["Properties"]["PolicyDocument"] for each in DEPLOYING]
    named = [text for each in policies for text in re.findall(r"arn:aws:iam::\d+:role[^'\"]*", str(each))]

    ours = [each for each in named if "aws-service-role" not in each]
    assert len(ours) == 4
    assert {each for each in ours if ":role/team/schedule-catalog-*" not in each} == set()


def test_a_role_is_passed_to_lambda_and_the_scheduler_alone() -> None:
    (passing,) = (each for each in statements("WritePolicy") if "iam:PassRole" in listed(each["Action"]))

    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == [
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
    ]


def test_removing_the_template_keeps_the_state_and_its_key() -> None:
    assert all(RESOURCES[each]["DeletionPolicy"] == "Retain" for each in ("State", "Key", "Provider"))
