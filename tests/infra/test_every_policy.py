"""Rules that hold for every policy that the program makes, with the usual settings and with everything turned on."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.network_interfaces import ACTIONS
from schedule_catalog.settings import Settings, parse_settings
from tests.infra.sample import CONFIG, FULL, full_stack, sample_stack
from tests.infra.simulation import ROLE, Document, documents

PREFIX = "schedule-catalog-dev-eu-west-1"
HERE = "arn:aws:{}:eu-west-1:123456789012:{}"
# Actions that AWS gives no resource level, or asks for on every resource, and the page that says so.
NO_RESOURCE_LEVEL = {
    "scheduler:ListSchedules": (
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html"
    ),
    **dict.fromkeys(
        ("sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"),
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html",
    ),
    **dict.fromkeys(ACTIONS, "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"),
}
# Wildcards within an ARN, and why there is no narrower one.
WILDCARDS = {
    HERE.format("logs", f"log-group:/aws/lambda/{PREFIX}-proxy:*"): "Lambda makes up the names of log streams",
    HERE.format("logs", f"log-group:/aws/lambda/{PREFIX}-callback:*"): "Lambda makes up the names of log streams",
    HERE.format("secretsmanager", "secret:/schedule-catalog/dev/*"): "owners store secrets without a deployment",
    HERE.format("ssm", "parameter/schedule-catalog/dev/*"): "owners store secrets without a deployment",
    HERE.format("dynamodb", "table/orders/index/*"): "a setting permits the handlers all indexes of their table",
    HERE.format("scheduler", f"schedule/{PREFIX}-catalog/*"): "the catalog's schedules come and go",
    HERE.format("cloudwatch", "alarm:*"): "a list of alarms by their state has no narrower resource",
    HERE.format("scheduler", f"schedule/{PREFIX}-adhoc/*"): "operators see what a pause holds back",
    HERE.format("scheduler", f"schedule/{PREFIX}-adhoc/app*"): "schedules are made at run time",
    HERE.format("scheduler", f"schedule/{PREFIX}-adhoc/billing-*"): "schedules are made at run time",
    HERE.format("scheduler", f"schedule/{PREFIX}-adhoc/store-*"): "schedules are made at run time",
    HERE.format("scheduler", f"schedule/{PREFIX}-adhoc/old-*"): "schedules are made at run time",
}
EXECUTION = ("adhoc-role", *(f"application-{origin}-role" for origin in ("callback", "billing", "shop")))
SERVICES = {"lambda.amazonaws.com", "scheduler.amazonaws.com"}
# Settings that turn nothing on; a shard is a stack of schedules alone, and "access" is a part of "services".
PLAIN = {"stack", "account", "region", "now", "proxy_routes", "shard", "shards", "freezes", "access"}

# Once where the two stacks have the same.
DOCUMENTS = list({repr(each): each for stack in (sample_stack(), full_stack()) for each in documents(stack)}.values())
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=str)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def identity(document: Document) -> bool:
    return document.type in ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")


def grants() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for statement in document.statements:
            for action in listed(statement["Action"]):
                yield from ((action, resource) for resource in listed(statement.get("Resource", [])))


@EACH
def test_a_statement_says_what_it_means_and_not_what_it_does_not(document: Document):
    assert not {key for each in document.statements for key in each if key.startswith("Not")}


@EACH
def test_no_action_has_a_wildcard(document: Document):
    assert [each for statement in document.statements for each in listed(statement["Action"]) if "*" in each] == []


@EACH
def test_no_statement_is_for_every_resource_but_where_aws_has_no_resource_level(document: Document):
    for statement in document.statements:
        if "*" in listed(statement.get("Resource", [])):
            assert set(listed(statement["Action"])) <= set(NO_RESOURCE_LEVEL)


@EACH
def test_a_resource_is_of_this_account_and_has_no_wildcard_but_one_with_a_reason(document: Document):
    arns = [arn for each in document.statements for arn in listed(each.get("Resource", [])) if arn != "*"]

    assert [arn for arn in arns if "*" in arn.replace("?", "*") and arn not in WILDCARDS] == []
    assert [arn for arn in arns if not re.match(r"arn:aws:[a-z]+:(eu-west-1)?:123456789012:", arn)] == []


def test_every_exception_is_still_needed():
    assert {resource for _, resource in grants() if "*" in resource} == {*WILDCARDS, "*"}
    assert {action for action, resource in grants() if resource == "*"} == set(NO_RESOURCE_LEVEL)


@EACH
def test_only_a_denial_is_for_everybody(document: Document):
    for statement in document.statements:
        principal = statement.get("Principal")
        assert (principal is None) is identity(document)
        if principal not in (None, {"Service": "lambda.amazonaws.com"}, {"Service": "scheduler.amazonaws.com"}):
            assert (principal, statement["Effect"]) == ("*", "Deny")


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if each.type == ROLE], ids=str)
def test_a_service_that_acts_for_others_says_for_which_account_and_which_group(document: Document):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html."""
    (trust,) = document.statements

    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Principal"]["Service"] in SERVICES
    if trust["Principal"]["Service"] == "scheduler.amazonaws.com":
        (condition,) = trust["Condition"].values()
        assert set(trust["Condition"]) == {"StringEquals"}
        assert condition["aws:SourceAccount"] == "123456789012"
        assert re.fullmatch(
            HERE.format("scheduler", rf"schedule-group/{PREFIX}-(catalog|adhoc)"), condition["aws:SourceArn"]
        )


@EACH
def test_a_role_is_passed_by_its_name_to_the_scheduler_alone(document: Document):
    for statement in document.statements:
        if "iam:PassRole" in listed(statement["Action"]):
            assert statement["Action"] == ["iam:PassRole"]
            assert set(statement["Resource"]) <= {
                f"arn:aws:iam::123456789012:role/{PREFIX}-{role}" for role in EXECUTION
            }
            assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


@EACH
def test_a_document_names_each_statement_once_and_fits(document: Document):
    sids = [each.get("Sid") for each in document.statements]

    assert len(set(sids)) == len(sids)
    # 10,240 characters for all policies within a role, 6,144 for one to attach, 2,048 for a trust:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(re.sub(r"\s", "", str(document.statements))) < (2048 if document.type == ROLE else 6144)


@pytest.mark.parametrize("stack", [sample_stack(), full_stack()], ids=["usual", "full"])
def test_nobody_is_given_a_policy_from_elsewhere(stack: Any):
    types = {resource.type for resource in stack.resources.values()}

    assert not {each for each in types if "Attachment" in each}
    assert not [
        role for role in stack.of_type(ROLE).values() if {"managedPolicyArns", "inlinePolicies"} & role.inputs.keys()
    ]


def test_a_function_is_called_by_the_stacks_own_api_alone():
    for permission in full_stack().of_type("aws:lambda/permission:Permission").values():
        assert permission.inputs["action"] == "lambda:InvokeFunction"
        assert permission.inputs["principal"] == "apigateway.amazonaws.com"
        assert permission.inputs["sourceArn"].startswith(HERE.format("execute-api", "a1b2c3/$default/"))


def test_the_full_stack_turns_on_whatever_is_off_by_default():
    off = {each.name for each in dataclasses.fields(Settings)} - PLAIN - set(CONFIG)
    settings = parse_settings("dev", {})
    defaults = {name for name in off if not getattr(settings, name)}

    full = parse_settings("dev", FULL)
    assert {name for name in defaults if not getattr(full, name)} == set(), (
        "turn them on in FULL of tests/infra/sample.py, so that their policies are looked at"
    )
