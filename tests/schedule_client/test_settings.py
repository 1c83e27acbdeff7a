from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from schedule_client import Auth, Request, RequestRefusedError, ScheduleClient, ScheduleSettings, SettingsError
from tests.schedule_client.aws import SETTINGS, Application

ENVIRONMENT = {
    "SCHEDULER_TARGET_ARN": SETTINGS.target_arn,
    "SCHEDULER_TARGET_ROLE_ARN": SETTINGS.role_arn,
    "SCHEDULER_GROUP_NAME": SETTINGS.group,
    "SCHEDULER_DLQ_ARN": SETTINGS.dead_letter_arn,
    "SCHEDULER_NAME_PREFIX": SETTINGS.name_prefix,
}


def test_the_environment_that_the_stack_exports_is_enough() -> None:
    assert ScheduleSettings.from_environment(ENVIRONMENT) == SETTINGS


def test_a_prefix_may_be_empty_or_missing() -> None:
    assert ScheduleSettings.from_environment({**ENVIRONMENT, "SCHEDULER_NAME_PREFIX": ""}).name_prefix == ""


def test_everything_that_is_missing_is_named_at_once_with_where_it_comes_from() -> None:
    with pytest.raises(SettingsError) as caught:
        ScheduleSettings.from_environment({"SCHEDULER_GROUP_NAME": "shop-adhoc"})

    assert str(caught.value) == (
        "not set: SCHEDULER_TARGET_ARN, SCHEDULER_TARGET_ROLE_ARN, SCHEDULER_DLQ_ARN; "
        "the stack exports them all: pulumi stack output --shell"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target_arn", "shop-proxy"),
        ("role_arn", "arn:aws:iam::1:role/x"),
        ("group", "a/b"),
        ("dead_letter_arn", "arn:aws:sqs:eu-central-1:123456789012:q.fifo"),
        ("name_prefix", "p" * 41),
        ("max_retries", 186),
        ("max_age_seconds", 59),
    ],
)
def test_a_value_that_aws_would_not_take_is_named(name: str, value: str | int) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} .*{value}"):
        ScheduleSettings(**{**asdict(SETTINGS), name: value})


def test_the_schedules_are_in_the_region_and_account_of_the_target() -> None:
    china = replace(SETTINGS, target_arn="arn:aws-cn:lambda:cn-north-1:999999999999:function:f:adhoc")

    assert china.region == "cn-north-1"
    assert china.schedule_arn("x") == "arn:aws-cn:scheduler:cn-north-1:999999999999:schedule/shop-adhoc/x"


def test_a_client_without_settings_reads_the_environment_and_says_what_it_lacks() -> None:
    with pytest.raises(SettingsError, match=r"SCHEDULER_TARGET_ARN"):
        ScheduleClient()


def test_the_environment_says_which_names_the_stack_knows_and_others_are_refused_before_they_are_sent() -> None:
    settings = ScheduleSettings.from_environment(
        ENVIRONMENT
        | {
            "SCHEDULER_SERVICES": "billing, shop",
            "SCHEDULER_HOSTS": "hooks.example.com,http://127.0.0.1:8080",
            "SCHEDULER_SECRETS": "",
            "SCHEDULER_CLIENTS": "partner",
        }
    )
    application = Application(settings=settings)

    for request, said in (
        (
            Request(service="biling", path="/x"),
            'service: the stack has no "biling" .*SCHEDULER_SERVICES: billing, shop',
        ),
        (Request(service="shop", path="/x", auth=Auth("bearer", "token")), "auth.secret: .*SCHEDULER_SECRETS: none"),
        (
            Request(service="shop", path="/x", auth=Auth("oidc", client="account")),
            'auth.client: the stack has no "account" for this application .*SCHEDULER_CLIENTS: partner',
        ),
        (Request(url="https://evil.example.com/"), "url: "),
        (Request(url="http://hooks.example.com/"), "url: "),
    ):
        with pytest.raises(RequestRefusedError, match=said):
            application.client.schedule_once(request, delay=timedelta(minutes=5))
    assert application.aws.calls == []
    for request in (
        Request(service="shop", path="/x"),
        Request(service="shop", path="/x", auth=Auth("oauth2", client="partner")),
        Request(url="https://hooks.example.com/"),
        Request(url="http://127.0.0.1:8080/"),
    ):
        assert application.client.schedule_once(request, delay=timedelta(minutes=5)).created


def test_what_the_deployed_proxy_is_too_old_for_is_refused_before_it_is_sent() -> None:
    application = Application(settings=ScheduleSettings.from_environment(ENVIRONMENT | {"SCHEDULER_FEATURES": "form"}))
    soon = timedelta(minutes=5)

    with pytest.raises(RequestRefusedError, match=r'runbook: .*too old .*SCHEDULER_FEATURES: form.*: run "pulumi up"'):
        application.client.schedule_once(
            Request(service="shop", path="/", runbook="https://wiki.example.com/"), delay=soon
        )
    with pytest.raises(RequestRefusedError, match=r"auth\.client: .*too old"):
        application.client.schedule_once(
            Request(service="shop", path="/", auth=Auth("oidc", client="account")), delay=soon
        )
    assert application.aws.calls == []
    assert application.client.schedule_once(Request(service="shop", path="/", form={"a": "b"}), delay=soon).created


@pytest.mark.parametrize(("features", "marked"), [({"SCHEDULER_FEATURES": "recurring"}, True), ({}, False)])
def test_a_recurring_call_says_so_to_a_proxy_that_knows_it(features: dict[str, str], marked: bool) -> None:
    application = Application(settings=ScheduleSettings.from_environment(ENVIRONMENT | features))

    made = application.client.schedule_recurring(Request(service="shop", path="/"), rate="5 minutes", key="k")

    assert application.client.get(made).event.get("recurring", False) is marked


def test_a_recurring_call_with_a_key_is_the_same_before_and_after_the_proxy_knows_that_it_recurs() -> None:
    application = Application(settings=ScheduleSettings.from_environment(ENVIRONMENT))
    request = Request(service="shop", path="/")
    application.client.schedule_recurring(request, rate="5 minutes", key="k")
    application.client.settings = replace(application.client.settings, features=frozenset({"recurring"}))

    assert not application.client.schedule_recurring(request, rate="5 minutes", key="k").created


def test_without_these_variables_the_proxy_decides() -> None:
    settings = ScheduleSettings.from_environment(ENVIRONMENT)

    assert (settings.services, settings.allowed_hosts, settings.secrets) == (None, None, None)
