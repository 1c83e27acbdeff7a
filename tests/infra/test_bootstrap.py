"""What the deployment stands on: who is given its roles, and what these never may."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase

import pytest

from tests.infra.bootstrap import template
from tests.infra.bootstrap_policies import DEPLOYING, PLACES, RESOURCES, allowed, listed, statements

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
