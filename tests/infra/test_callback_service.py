from __future__ import annotations

from pathlib import Path

import pytest

from callback_api.app import create_app
from callback_api.settings import Settings
from infra.callback_service import ROUTES
from tests.infra.sample import sample_stack


@pytest.mark.parametrize(("short", "route_key"), ROUTES.items())
def test_each_route_reaches_the_function_and_may(short: str, route_key: str):
    route = sample_stack()["aws:apigatewayv2/route:Route", f"callback-route-{short}"]
    permission = sample_stack()["aws:lambda/permission:Permission", f"callback-permission-{short}"]

    assert route.inputs == {"apiId": "a1b2c3", "routeKey": route_key, "target": "integrations/i1n2t3"}
    method, path = route_key.replace("{task_id}", "*").split(" ")
    assert permission.inputs["principal"] == "apigateway.amazonaws.com"
    assert (
        permission.inputs["sourceArn"] == f"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/$default/{method}{path}"
    )


def test_the_integration_speaks_the_format_of_http_apis_and_waits_as_long_as_they_do():
    integration = sample_stack()["aws:apigatewayv2/integration:Integration", "callback-integration"].inputs

    assert integration["integrationType"] == "AWS_PROXY"
    assert integration["payloadFormatVersion"] == "2.0"
    assert integration["timeoutMilliseconds"] == 30_000
    assert integration["integrationUri"].endswith("function:schedule-catalog-dev-eu-west-1-callback/invocations")


def test_the_stage_has_no_path_so_that_the_url_is_the_base_url_of_the_service():
    assert sample_stack()["aws:apigatewayv2/stage:Stage", "callback-stage"].inputs == {
        "apiId": "a1b2c3",
        "name": "$default",
        "autoDeploy": True,
    }
    assert sample_stack().outputs["callback_url"] == "https://a1b2c3.execute-api.eu-west-1.amazonaws.com"


def test_the_http_api_lets_through_exactly_what_the_service_answers(tmp_path: Path) -> None:
    app = create_app(Settings.read(None, database_url=str(tmp_path / "callback.sqlite"), open=True))
    paths = app.openapi()["paths"] | {app.openapi_url: ["get"]}
    answered = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert set(ROUTES.values()) == answered
