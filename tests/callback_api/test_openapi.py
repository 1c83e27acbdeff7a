"""The real app, asked whatever its OpenAPI allows and more: nothing that is not documented comes back."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from tests.callback_api.application import Application, running
from tests.properties import examples

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PATHS = (
    "POST /api/v1/tasks/schedule",
    "GET /api/v1/tasks",
    "GET /api/v1/tasks/{task_id}",
    "DELETE /api/v1/tasks/{task_id}",
    "POST /api/v1/tasks/{task_id}/retry",
    "POST /api/v1/tasks/callback",
    "POST /api/v1/sweep",
    "GET /api/v1/me",
    "GET /health",
    "GET /ready",
)


@pytest.fixture(scope="module", name="open_application")
def _open_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with running(tmp_path_factory.mktemp("openapi") / "tasks.sqlite", open=True, internal_token="") as application:
        application.handlers.registry.task("heartbeat")(lambda call: None)
        yield application


@pytest.mark.parametrize("operation", PATHS)
def test_nothing_undocumented_comes_back(open_application: Application, operation: str) -> None:
    schema = schemathesis.openapi.from_dict(open_application.app.openapi())
    schema.app = open_application.app
    method, path = operation.split()
    described = schema[path][method]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    wild = st.one_of(*(described.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=examples(60).max_examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(wild)
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, session=open_application.client)

    ask()


def test_every_operation_is_asked(open_application: Application) -> None:
    paths = open_application.app.openapi()["paths"]

    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == set(PATHS)


def test_it_is_a_valid_document_whose_operations_have_names_and_tags(open_application: Application) -> None:
    document = open_application.app.openapi()

    validate(document)
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert sorted(operation["operationId"] for operation in operations) == [
        "call_back_task",
        "cancel_task",
        "get_health",
        "get_me",
        "get_ready",
        "get_task",
        "list_tasks",
        "retry_task",
        "schedule_task",
        "sweep_tasks",
    ]
    assert {tag for operation in operations for tag in operation["tags"]} == {"tasks", "proxy", "health"}


LISTED = "cursor, due_from, due_to, except_task, key, limit, order, status, task, user_id"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "/api/v1/tasks?stauts=FAILED",
            f"query.stauts: is not a parameter; known are: {LISTED}",
        ),
        ("/api/v1/tasks?limit=1&limit=2", "query.limit: appears more than once"),
        ("/health?x=1", "query.x: is not a parameter; known are: none"),
    ],
)
def test_a_query_that_means_nothing_is_refused(open_application: Application, path: str, said: str) -> None:
    answer = open_application.client.get(path)

    assert (answer.status_code, answer.json()["detail"]) == (422, said)


def test_every_body_has_examples_that_are_taken(open_application: Application) -> None:
    for path, methods in open_application.app.openapi()["paths"].items():
        for operation in methods.values():
            if "requestBody" not in operation:
                continue
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            named = open_application.app.openapi()["components"]["schemas"]
            forms = [named[form["$ref"].rsplit("/", 1)[1]] for form in body.get("oneOf", [body])]
            for example in [example for form in forms for example in form["examples"]]:
                status = open_application.ask("POST", path, example, token=None).status_code
                assert status in ((404,) if "task_id" in example else (200, 201))
