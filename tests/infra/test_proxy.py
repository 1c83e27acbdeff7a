from __future__ import annotations

import json

import pytest

from tests.infra.sample import CONFIG, full_stack, sample_stack, statements
from tests.pulumi_harness import run_program

FUNCTION = "schedule-catalog-dev-eu-west-1-proxy"
ALIASES = ("catalog", "adhoc", "callback", "billing", "retry")
EACH_ALIAS = pytest.mark.parametrize("alias", ALIASES)


def test_there_is_one_alias_for_each_origin_and_one_for_the_retry_queue():
    aliases = sample_stack().of_type("aws:lambda/alias:Alias").values()

    assert {each.inputs["name"] for each in aliases} == set(ALIASES)


@EACH_ALIAS
def test_an_alias_is_the_one_published_version(alias: str):
    assert sample_stack()["aws:lambda/function:Function", "proxy"].inputs["publish"] is True
    assert sample_stack()["aws:lambda/alias:Alias", f"proxy-{alias}"].inputs == {
        "name": alias,
        "description": f"Calls of origin {alias}",
        "functionName": FUNCTION,
        "functionVersion": "7",
    }


@EACH_ALIAS
def test_what_an_invocation_by_an_alias_loses_arrives_in_the_undelivered_queue(alias: str):
    config = sample_stack()["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", f"proxy-{alias}-events"]

    assert config.inputs == {
        "functionName": FUNCTION,
        "qualifier": alias,
        "maximumRetryAttempts": 2,
        "maximumEventAgeInSeconds": 21600,
        "destinationConfig": {
            "onFailure": {
                "destination": "arn:aws:sqs:eu-west-1:123456789012:schedule-catalog-dev-eu-west-1-undelivered"
            }
        },
    }


@EACH_ALIAS
def test_the_permission_to_write_there_comes_first(alias: str):
    config = sample_stack()["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", f"proxy-{alias}-events"]

    assert "proxy-function-policy" in config.depends_on


def test_what_pending_schedules_of_applications_refer_to_is_protected():
    assert sample_stack()["aws:lambda/function:Function", "proxy"].protect
    for origin in ("adhoc", "callback", "billing"):
        assert sample_stack()["aws:lambda/alias:Alias", f"proxy-{origin}"].protect


def test_an_application_is_retired_before_it_is_taken_out_of_the_settings():
    """Pulumi deletes nothing that is protected, so what is pending still has its alias and its role."""
    kept = {each.name for each in full_stack().resources.values() if each.protect}

    assert {"proxy-billing", "billing-execution-role", "proxy-shop", "shop-execution-role"} <= kept
    assert {("aws:lambda/alias:Alias", "proxy-old"), ("aws:iam/role:Role", "old-execution-role")} <= set(
        full_stack().resources
    )
    assert kept.isdisjoint({"proxy-old", "old-execution-role"})


def test_the_proxy_may_read_its_settings_and_secrets_work_on_two_queues_and_record_runs():
    policy = sample_stack()["aws:iam/rolePolicy:RolePolicy", "proxy-function-policy"].inputs["policy"]
    arn = "arn:aws:{}:eu-west-1:123456789012:{}"

    assert [(each["Action"], each["Resource"]) for each in statements(policy) if each["Sid"] != "WriteLog"] == [
        (
            ["ssm:GetParameter"],
            [arn.format("ssm", "parameter/schedule-catalog/schedule-catalog-dev-eu-west-1-proxy-settings")],
        ),
        (["secretsmanager:GetSecretValue"], [arn.format("secretsmanager", "secret:/schedule-catalog/dev/*")]),
        (["ssm:GetParameter"], [arn.format("ssm", "parameter/schedule-catalog/dev/*")]),
        (["scheduler:GetSchedule"], [arn.format("scheduler", "schedule/schedule-catalog-dev-eu-west-1-catalog/*")]),
        (
            ["sqs:SendMessage"],
            [arn.format("sqs", f"schedule-catalog-dev-eu-west-1-{queue}") for queue in ("undelivered", "retry-queue")],
        ),
        (
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
            [arn.format("sqs", "schedule-catalog-dev-eu-west-1-retry-queue")],
        ),
        (["dynamodb:GetItem"], [arn.format("dynamodb", "table/schedule-catalog-dev-eu-west-1-ledger")]),
        (["dynamodb:PutItem"], [arn.format("dynamodb", "table/schedule-catalog-dev-eu-west-1-ledger")]),
        (["events:PutEvents"], [arn.format("events", "event-bus/default")]),
    ]


def test_the_proxys_environment_names_its_queues_its_ledger_and_the_bus_and_nothing_else():
    variables = sample_stack()["aws:lambda/function:Function", "proxy"].inputs["environment"]["variables"]

    queues = "https://sqs.eu-west-1.amazonaws.com/123456789012/schedule-catalog-dev-eu-west-1"
    assert variables == {
        "PROJECT": "schedule-catalog",
        "STACK": "dev",
        "RETRY_QUEUE_URL": f"{queues}-retry-queue",
        "UNDELIVERED_QUEUE_URL": f"{queues}-undelivered",
        "LEDGER_TABLE": "schedule-catalog-dev-eu-west-1-ledger",
        "EVENT_BUS_ARN": "arn:aws:events:eu-west-1:123456789012:event-bus/default",
    }


def test_a_stack_that_publishes_no_events_has_neither_the_bus_nor_the_right_to_it():
    stack = run_program({**CONFIG, "undelivered_events": False})

    function = stack["aws:lambda/function:Function", "proxy"].inputs
    assert "EVENT_BUS_ARN" not in function["environment"]["variables"]
    assert "events:" not in stack["aws:iam/rolePolicy:RolePolicy", "proxy-function-policy"].inputs["policy"]


def test_calls_are_routed_elsewhere_on_a_laptop_alone():
    routes = {"default": "http://127.0.0.1:8080", "direct": ["live.example.com"]}
    stack = run_program({**CONFIG, "proxy_routes": routes})

    variables = stack["aws:lambda/function:Function", "proxy"].inputs["environment"]["variables"]
    assert json.loads(variables["PROXY_ROUTES"]) == routes


def test_lambda_keeps_no_event_longer_than_a_request_may_be_tried():
    stack = run_program({**CONFIG, "retry": {"max_age_minutes": 10, "most_age_minutes": 30}})

    configs = stack.of_type("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").values()
    assert {config.inputs["maximumEventAgeInSeconds"] for config in configs} == {1800}


def test_the_size_of_the_function_is_a_setting():
    stack = run_program({**CONFIG, "proxy": {"timeout_seconds": 90, "memory_mb": 1024}})

    function = stack["aws:lambda/function:Function", "proxy"].inputs
    assert (function["timeout"], function["memorySize"]) == (90, 1024)


def test_reserved_executions_are_shared_by_first_attempts_and_retries():
    stack = run_program({**CONFIG, "proxy": {"reserved_concurrency": 20}})

    assert stack["aws:lambda/function:Function", "proxy"].inputs["reservedConcurrentExecutions"] == 20
    mapping = stack["aws:lambda/eventSourceMapping:EventSourceMapping", "proxy-retries"]
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 10}


@pytest.mark.parametrize(("reserved", "retries"), [(5, 2), (800, 50)])
def test_aws_takes_no_fewer_retries_than_two_and_the_proxy_no_more_than_fifty(reserved: int, retries: int):
    stack = run_program({**CONFIG, "proxy": {"reserved_concurrency": reserved}})

    mapping = stack["aws:lambda/eventSourceMapping:EventSourceMapping", "proxy-retries"]
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": retries}


def test_the_number_of_retries_at_a_time_is_a_setting():
    stack = run_program({**CONFIG, "proxy": {"reserved_concurrency": 200, "retry_concurrency": 150}})

    mapping = stack["aws:lambda/eventSourceMapping:EventSourceMapping", "proxy-retries"]
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 150}


@pytest.mark.parametrize(
    ("named", "alias"), [({}, "catalog"), ({"provisioned_origin": "billing"}, "billing")], ids=["plain", "named"]
)
def test_executions_are_ready_for_the_catalog_unless_another_origin_is_named(named: dict[str, str], alias: str):
    stack = run_program({**CONFIG, "proxy": {"provisioned_concurrency": 2, **named}})

    (config,) = stack.of_type("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").values()
    assert config.inputs == {"functionName": FUNCTION, "qualifier": alias, "provisionedConcurrentExecutions": 2}


@pytest.mark.parametrize(
    ("level", "proxy", "callback", "system"),
    [
        ("DEBUG", "DEBUG", "DEBUG", "DEBUG"),
        ("WARN", "INFO", "WARN", "WARN"),
        ("ERROR", "INFO", "ERROR", "WARN"),
    ],
)
def test_a_log_level_never_drops_the_lines_of_the_proxy_that_alarms_count(
    level: str, proxy: str, callback: str, system: str
):
    stack = run_program({**CONFIG, "log_level": level})

    for function, expected in (("proxy", proxy), ("callback", callback)):
        logging = stack["aws:lambda/function:Function", function].inputs["loggingConfig"]
        assert (logging["applicationLogLevel"], logging["systemLogLevel"]) == (expected, system)


def test_lambda_s_own_lines_for_each_call_of_the_proxy_are_left_out():
    functions = {name: run_program(CONFIG)["aws:lambda/function:Function", name] for name in ("proxy", "callback")}
    levels = {name: each.inputs["loggingConfig"]["systemLogLevel"] for name, each in functions.items()}

    assert levels == {"proxy": "WARN", "callback": "INFO"}
