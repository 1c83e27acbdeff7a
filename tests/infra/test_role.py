"""What a company says of the roles in its account."""

from __future__ import annotations

from tests.infra.sample import CONFIG, sample_stack
from tests.infra.simulation import ROLE, documents
from tests.pulumi_harness import run_program

BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


def test_every_role_has_the_boundary_and_the_path():
    stack = run_program({**CONFIG, "permissions_boundary": BOUNDARY, "role_path": "/team/"})

    roles = stack.of_type(ROLE).values()
    assert roles
    assert {(each.inputs["permissionsBoundary"], each.inputs["path"]) for each in roles} == {(BOUNDARY, "/team/")}


def test_whatever_names_a_role_names_it_with_its_path():
    stack = run_program({**CONFIG, "role_path": "/team/"})

    named = [text for each in documents(stack) for text in _texts(each.statements) if ":role/" in text]
    variables = stack["aws:lambda/function:Function", "callback"].inputs["environment"]["variables"]
    environments = stack.outputs["application_environments"].values()
    told = [each["SCHEDULER_TARGET_ROLE_ARN"] for each in (variables, *environments)]
    assert named
    assert [each for each in (*named, *told) if ":role/team/schedule-catalog-" not in each] == []


def test_a_role_is_plain_by_default():
    for role in sample_stack().of_type(ROLE).values():
        assert {"path", "permissionsBoundary"}.isdisjoint(role.inputs)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]
