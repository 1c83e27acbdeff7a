from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from callback_api.app import create_app
from callback_api.settings import Settings
from callback_api.storage.dynamodb import ACTIONS
from infra.callback_service import ROUTES
from schedule_client import ScheduleSettings
from tests.infra.sample import CONFIG, sample_stack, statements
from tests.pulumi_harness import run_program

if TYPE_CHECKING:
    from tests.pulumi_harness import Deployment

PAGE = "/"  # not an answer for programs, so the document of the API does not have it
TABLE = ("aws:dynamodb/table:Table", "callback-tasks-table")


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
    stage = sample_stack()["aws:apigatewayv2/stage:Stage", "callback-stage"].inputs

    assert (stage["apiId"], stage["name"], stage["autoDeploy"]) == ("a1b2c3", "$default", True)
    assert sample_stack().outputs["callback_url"] == "https://a1b2c3.execute-api.eu-west-1.amazonaws.com"


def test_the_http_api_lets_through_exactly_what_the_service_answers(tmp_path: Path) -> None:
    app = create_app(Settings.read(None, database_url=str(tmp_path / "callback.sqlite"), open=True))
    paths = app.openapi()["paths"] | {app.openapi_url: ["get"], PAGE: ["get"]}
    answered = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert set(ROUTES.values()) == answered


def test_a_flood_is_stopped_and_every_request_is_logged_without_what_it_proves_itself_with():
    stage = sample_stack()["aws:apigatewayv2/stage:Stage", "callback-stage"].inputs
    log = sample_stack()["aws:cloudwatch/logGroup:LogGroup", "callback-access-group"].inputs

    assert stage["defaultRouteSettings"] == {"throttlingBurstLimit": 200, "throttlingRateLimit": 100}
    assert stage["accessLogSettings"]["destinationArn"].endswith(log["name"])
    assert log["retentionInDays"] == 14
    assert not re.search("header|query|authorizer", stage["accessLogSettings"]["format"], re.IGNORECASE)


def test_what_the_function_is_told_is_what_it_understands(monkeypatch: pytest.MonkeyPatch):
    told = variables(sample_stack())
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings = Settings.read(None)

    assert settings.database_url == f"dynamodb:{sample_stack()[TABLE].inputs['name']}"
    assert settings.signing_secret == "/schedule-catalog/dev/signing/callback"
    assert not settings.open
    exported = {name: value for name, value in sample_stack().outputs.items() if name.startswith("SCHEDULER_")}
    assert {name: value for name, value in told.items() if name.startswith("SCHEDULER_")} == {
        **exported,
        "SCHEDULER_TARGET_ARN": exported["SCHEDULER_TARGET_ARN"].replace(":adhoc", ":callback"),
        "SCHEDULER_TARGET_ROLE_ARN": exported["SCHEDULER_TARGET_ROLE_ARN"].replace("-adhoc-", "-application-callback-"),
    }


@pytest.mark.parametrize(
    "signing",
    [
        {},
        {"callback": {"services": ["callback"], "origins": ["adhoc"]}},
        {"other": {"services": ["billing"], "origins": ["catalog", "adhoc"]}},
    ],
)
def test_a_service_whose_calls_no_key_signs_is_neither_open_nor_given_a_key(
    signing: dict[str, Any],
):
    stack = run_program({**CONFIG, "signing": signing})

    assert not {name for name in variables(stack) if name in ("CALLBACK_SIGNING_SECRET", "CALLBACK_OPEN")}
    assert "secretsmanager" not in stack["aws:iam/rolePolicy:RolePolicy", "callback-function-policy"].inputs["policy"]


def test_a_company_s_own_code_is_in_the_package_and_on_the_path_of_the_service(tmp_path: Path):
    packages = tmp_path / "packages"
    for name in ("proxy", "callback", "handlers-dev"):
        (packages / name).mkdir(parents=True)
    own = {"code": "handlers", "handlers": ["reminders", "shop.jobs"], "environment": {"SMTP_HOST": "smtp.example.com"}}
    laptop = {"proxy_routes": {"default": "http://127.0.0.1:8080"}}  # whose packages are not checked

    stack = run_program({**CONFIG, **laptop, "packages": str(packages), "callback": own})

    code = stack["aws:lambda/function:Function", "callback"].inputs["code"]
    assert {name: each.path for name, each in code.assets.items()} == {
        ".": str(packages / "callback"),
        "handlers": str(packages / "handlers-dev"),
    }
    told = variables(stack)
    assert told["CALLBACK_CODE"] == "/var/task/handlers"
    assert told["CALLBACK_HANDLERS"] == "callback_api.heartbeat,reminders,shop.jobs"
    assert told["SMTP_HOST"] == "smtp.example.com"


def test_own_code_that_is_not_staged_or_was_edited_since_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (code := tmp_path / "handlers").mkdir()
    (code / "reminders.py").write_text("# new")
    packages = tmp_path / "packages"
    shutil.copytree(CONFIG["packages"], packages)
    own = {**CONFIG, "packages": str(packages), "callback": {"code": str(code), "handlers": ["reminders"]}}

    with pytest.raises(pulumi.RunError, match=r"not staged: .*handlers-dev; run in"):
        run_program(own)
    (packages / "handlers-dev").mkdir()
    run_program(own)

    assert any("handlers-dev is not up to date, it differs in reminders.py" in each.message for each in caplog.records)


def test_the_role_lets_the_store_do_what_it_does_and_nothing_else():
    (keep,) = [each for each in allowed() if each["Sid"] == "KeepTasks"]
    table = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{sample_stack()[TABLE].inputs['name']}"

    assert sorted(keep["Action"]) == sorted(ACTIONS)
    assert keep["Resource"] == [table, f"{table}/index/gsi1", f"{table}/index/gsi2"]


def test_the_role_makes_schedules_of_the_applications_and_gives_them_their_role_alone():
    by_sid = {each["Sid"]: each for each in allowed()}
    told = ScheduleSettings.from_environment(variables(sample_stack()))

    (schedules,) = by_sid["MakeSchedules"]["Resource"]
    assert schedules == told.schedule_arn(f"{told.name_prefix}*")
    assert by_sid["GiveThemTheirRole"]["Resource"] == [told.role_arn]
    assert by_sid["GiveThemTheirRole"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
    }
    assert by_sid["ReadSigningKeys"]["Resource"] == [
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:/schedule-catalog/dev/signing/callback-AbCdEf"
    ]


def variables(stack: Deployment) -> dict[str, str]:
    return stack["aws:lambda/function:Function", "callback"].inputs["environment"]["variables"]


def allowed() -> list[dict[str, Any]]:
    return statements(sample_stack()["aws:iam/rolePolicy:RolePolicy", "callback-function-policy"].inputs["policy"])
