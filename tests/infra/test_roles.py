"""roles.yaml, line by line, in simulation; and that no part of a policy can go without a line that misses it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.sample import FULL, full_stack
from tests.infra.simulation import ROLE, Document, Request, Simulation, arn, documents

PREFIX = "schedule-catalog-dev-eu-west-1"
KEY = FULL["kms_key_arn"].rpartition(":")[2]
SECRETS_KEY = FULL["secret_kms_keys"][0].rpartition(":")[2]
TABLE: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_name("roles.yaml").read_text())
# What a line says after its resource, as the condition key that AWS gives.
CONTEXT: dict[str, Callable[[str], tuple[str, str | list[str]]]] = {
    "to": lambda service: ("iam:PassedToService", service),
    "keys": lambda key: ("dynamodb:LeadingKeys", key),
    "source": lambda source: ("events:source", source),
    "via": lambda service: ("kms:ViaService", f"{service}.eu-west-1.amazonaws.com"),
    "of": lambda schedule: (
        "kms:EncryptionContext:aws:scheduler:schedule:arn",
        arn("scheduler", f"schedule/{schedule}"),
    ),
    "audience": lambda audience: ("sts:IdentityTokenAudience", audience),
    "stack": lambda stack: ("aws:RequestTag/stack", stack),
    "tags": lambda keys: ("aws:TagKeys", keys.split(",")),
    "from": lambda function: ("lambda:SourceFunctionArn", arn("lambda", function)),
}


def request(who: str, line: str) -> Request:
    action, thing, *more = (
        line.replace("PREFIX", PREFIX).replace("key/OURS", KEY).replace("key/THEIRS", SECRETS_KEY).split(" ")
    )
    context = dict(CONTEXT[word](value) for word, value in zip(more[::2], more[1::2], strict=True))
    holder = who if who == "administrator" else f"{PREFIX}-{who}"
    service = action.partition(":")[0]
    return Request(holder, action, arn("iam" if service == "sts" else service, thing), context)


LINES = {
    f"{who} {may} {line}": (request(who, line), may == "may")
    for who, kinds in TABLE.items()
    for may, lines in kinds.items()
    for line in lines
}


@cache
def policies() -> tuple[Document, ...]:
    return tuple(documents(full_stack()))


@cache
def simulation() -> Simulation:
    return Simulation(list(policies()))


@pytest.mark.parametrize(("asked", "expected"), LINES.values(), ids=LINES)
def test_a_role_may_do_what_the_table_says_and_nothing_of_what_it_denies(asked: Request, expected: bool):
    assert simulation().allows(asked) is expected


def test_every_role_and_every_policy_to_attach_is_in_the_table():
    holders = {each.holder for each in policies() if each.type.startswith("aws:iam/")}

    assert {f"{PREFIX}-{who}" for who in TABLE} - {f"{PREFIX}-administrator"} == holders


GROUPS = {"catalog-role": "catalog", "adhoc-role": "adhoc", "application-shop-role": "adhoc"}
FUNCTIONS = ("proxy-role", "callback-role")
HERE = "123456789012"


@pytest.mark.parametrize(("role", "group"), GROUPS.items())
def test_the_scheduler_may_assume_a_role_for_the_roles_own_group_of_this_account_alone(role: str, group: str):
    own = arn("scheduler", f"schedule-group/{PREFIX}-{group}")
    other = arn("scheduler", f"schedule-group/{PREFIX}-{'adhoc' if group == 'catalog' else 'catalog'}")
    somebody = own.replace(HERE, "999999999999")

    def lets_in(source: str | None, account: str | None, service: str = "scheduler.amazonaws.com") -> bool:
        return simulation().lets_in(f"{PREFIX}-{role}", service, source, account)

    assert lets_in(own, HERE)
    assert not lets_in(other, HERE)
    assert not lets_in(somebody, "999999999999")
    assert not lets_in(own, "999999999999")
    assert not lets_in(own, None)
    assert not lets_in(None, HERE)
    assert not lets_in(own, HERE, "lambda.amazonaws.com")


@pytest.mark.parametrize("role", FUNCTIONS)
def test_lambda_alone_may_assume_the_role_of_a_function(role: str):
    assert simulation().lets_in(f"{PREFIX}-{role}", "lambda.amazonaws.com", None, None)
    assert not simulation().lets_in(f"{PREFIX}-{role}", "scheduler.amazonaws.com", None, None)


def smaller(value: Any) -> Iterator[Any]:
    """What is left of a list of statements when one thing is taken away: an action, a resource, or a condition."""
    for index, statement in enumerate(value):
        for change in _cuts(statement):
            yield [*value[:index], *([change] if change else []), *value[index + 1 :]]


def _cuts(statement: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    yield None
    for key in ("Action", "Resource"):
        parts = statement.get(key)
        if isinstance(parts, list) and len(parts) > 1:
            for part in parts:
                yield {**statement, key: [each for each in parts if each != part]}
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            cut = copy.deepcopy(statement)
            del cut["Condition"][operator][key]
            yield cut


MUTANTS = [
    pytest.param(index, cut, id=f"{document}-{number}")
    for index, document in enumerate(policies())
    if document.type != ROLE
    for number, cut in enumerate(smaller(document.statements))
]


@pytest.mark.parametrize(("index", "cut"), MUTANTS)
def test_whatever_is_taken_out_of_a_policy_is_missed_by_a_line(index: int, cut: list[dict[str, Any]]):
    mutant = list(policies())
    mutant[index] = replace(mutant[index], statements=cut)
    changed = Simulation(mutant)

    assert [line for line, (asked, expected) in LINES.items() if changed.allows(asked) is not expected]
