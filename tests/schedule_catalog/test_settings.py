"""A stack's settings arrive where they belong, from a mapping and from the stack's file."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from schedule_catalog.settings import (
    Application,
    CallbackSettings,
    Owner,
    Permission,
    ProxyRoutes,
    ProxySize,
    RetrySettings,
    SchedulerSettings,
    Settings,
    SettingsError,
    SettingsFileError,
    Shard,
    Vpc,
    parse_settings,
    proxy_settings,
    read_settings,
)
from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Retry

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = "arn:aws-us-gov:ses:us-gov-west-1:123456789012:identity/example.com"
BILLING = {"services": {"billing": "https://billing.example.com"}}


def test_an_empty_configuration_is_a_stack_that_calls_nobody():
    settings = parse_settings("dev", {})

    assert (settings.services, settings.hosts, settings.http_hosts) == ({}, frozenset(), frozenset())
    assert (settings.owners, settings.secrets) == ({}, {})
    assert settings.secret_prefix == "/schedule-catalog/dev/"
    assert settings.scheduler == SchedulerSettings(max_retries=10, max_age_minutes=15)
    assert (settings.catalog, settings.packages, settings.name_prefix) == ("schedules", "build/packages", "app")
    assert settings.now is None
    assert settings.proxy_routes is None


def test_every_key_arrives_where_it_belongs():
    settings = parse_settings(
        "prod",
        {
            "account": 123456789012,
            "region": "us-gov-west-1",
            "secret_kms_keys": ["arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd"],
            "secret_recovery_days": 0,
            "log_level": "warn",
            "permissions_boundary": "arn:aws-us-gov:iam::123456789012:policy/team/boundary",
            "role_path": "/team/schedules/",
            "services": {"billing": "https://billing.example.com/", "legacy": "http://legacy.example.com:8080/api"},
            "hosts": ["hooks.example.com", "hooks.example.com:8443"],
            "http_hosts": ["legacy.example.com:8080"],
            "allowed_cidrs": ["10.20.0.0/16", "fd00::/8"],
            "owners": {
                "billing": {
                    "contact": "#billing",
                    "services": ["billing"],
                    "secrets": ["token"],
                    "clients": ["partner"],
                }
            },
            "secrets": {
                "token": {"services": ["billing"]},
                "ssm:ops/token": {"hosts": ["hooks.example.com"], "origins": ["adhoc"]},
            },
            "signing": {"billing": {"services": ["billing"], "origins": ["catalog", "adhoc"]}},
            "clients": {
                "partner": {
                    "type": "oauth2",
                    "token_url": "https://login.example.com/token?tenant=7",
                    "secret": "partner-login",
                    "login": "form",
                    "ca": "ssm:login-ca",
                    "client_certificate": "login-certificate",
                    "scopes": ["invoices.write", "https://example.com/.default"],
                    "services": ["billing"],
                    "origins": ["adhoc"],
                },
                "account": {"type": "oidc", "audience": "invoices", "hosts": ["hooks.example.com"]},
                "gateway": {
                    "type": "sigv4",
                    "role": "arn:aws-us-gov:iam::123456789012:role/team/caller",
                    "aws_service": "execute-api",
                    "region": "us-gov-west-1",
                    "services": ["legacy"],
                },
            },
            "secret_prefix": "/team/prod/",
            "ledger": "false",
            "undelivered_events": "false",
            "retry": {"max_attempts": 3, "max_age_minutes": 30, "most_attempts": 4, "most_age_minutes": 40},
            "scheduler": {"max_retries": 0, "max_age_minutes": 5},
            "proxy": {
                "timeout_seconds": 90,
                "memory_mb": 512,
                "reserved_concurrency": 20,
                "retry_concurrency": 15,
                "provisioned_concurrency": 3,
                "provisioned_origin": "shop",
            },
            "callback": {
                "timeout_seconds": 20,
                "memory_mb": 1024,
                "code": "handlers",
                "handlers": ["reminders"],
                "requirements": "handlers/requirements.txt",
                "environment": {"SMTP_HOST": "smtp.example.com"},
                "permissions": {"Mail": {"actions": ["ses:SendEmail"], "resources": [IDENTITY]}},
            },
            "minimum_interval_minutes": 5,
            "most_calls_per_minute": 20,
            "vpc": {"subnet_ids": ["subnet-0123abcd"], "security_group_ids": ["sg-0123456789abcdef0"]},
            "alarm_topic": "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms",
            "kms_key_arn": "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "log_retention_days": 90,
            "name_prefix": "crm",
            "applications": {"shop": {"prefix": "store-"}, "billing": {}},
            "shard": {"files": ["billing.yaml", "crm/leads.yml"]},
            "freezes": ["year-end"],
            "catalog": "jobs",
            "calendars": "days",
            "packages": "out",
            "now": "2027-01-05T09:00:00+09:00",
            "proxy_routes": {"default": "http://127.0.0.1:8080", "direct": ["live.example.com"]},
        },
    )

    assert settings == Settings(
        stack="prod",
        account="123456789012",
        region="us-gov-west-1",
        services={"billing": "https://billing.example.com", "legacy": "http://legacy.example.com:8080/api"},
        access={},
        hosts=frozenset({"hooks.example.com", "hooks.example.com:8443"}),
        http_hosts=frozenset({"legacy.example.com:8080"}),
        allowed_cidrs=("10.20.0.0/16", "fd00::/8"),
        owners={
            "billing": Owner(
                "#billing", None, frozenset({"billing"}), None, frozenset({"token"}), frozenset({"partner"})
            )
        },
        secrets={
            "token": SecretBinding(("billing",), (), ("catalog",)),
            "ssm:ops/token": SecretBinding((), ("hooks.example.com",), ("adhoc",)),
        },
        signing={"billing": SecretBinding(("billing",), (), ("catalog", "adhoc"))},
        clients={
            "partner": AuthClient(
                type="oauth2",
                binding=SecretBinding(("billing",), (), ("adhoc",)),
                token_url="https://login.example.com/token?tenant=7",
                secret="partner-login",
                login="form",
                ca="ssm:login-ca",
                client_certificate="login-certificate",
                scopes=("invoices.write", "https://example.com/.default"),
            ),
            "account": AuthClient(
                type="oidc", binding=SecretBinding((), ("hooks.example.com",), ("catalog",)), audience="invoices"
            ),
            "gateway": AuthClient(
                type="sigv4",
                binding=SecretBinding(("legacy",), (), ("catalog",)),
                role="arn:aws-us-gov:iam::123456789012:role/team/caller",
                aws_service="execute-api",
                region="us-gov-west-1",
            ),
        },
        secret_prefix="/team/prod/",
        secret_kms_keys=frozenset({"arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd"}),
        secret_recovery_days=0,
        ledger=False,
        undelivered_events=False,
        retry=RetrySettings(3, 30, 4, 40),
        scheduler=SchedulerSettings(0, 5),
        proxy=ProxySize(90, 512, 20, 15, 3, "shop"),
        vpc=Vpc(frozenset({"subnet-0123abcd"}), frozenset({"sg-0123456789abcdef0"})),
        callback=CallbackSettings(
            20,
            1024,
            "handlers",
            ("reminders",),
            "handlers/requirements.txt",
            {"SMTP_HOST": "smtp.example.com"},
            {"Mail": Permission(frozenset({"ses:SendEmail"}), frozenset({IDENTITY}))},
        ),
        minimum_interval_minutes=5,
        most_calls_per_minute=20,
        alarm_topic="arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms",
        kms_key_arn="arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        log_level="WARN",
        permissions_boundary="arn:aws-us-gov:iam::123456789012:policy/team/boundary",
        role_path="/team/schedules/",
        log_retention_days=90,
        name_prefix="crm",
        applications={"shop": Application("store-"), "billing": Application("billing-")},
        shard=Shard(frozenset({"billing.yaml", "crm/leads.yml"})),
        shards={},
        freezes=("year-end",),
        catalog="jobs",
        calendars="days",
        packages="out",
        now=datetime(2027, 1, 5, tzinfo=UTC),
        proxy_routes=ProxyRoutes("http://127.0.0.1:8080", ("live.example.com",)),
    )


def test_numbers_and_structures_may_be_texts_as_pulumi_hands_them_over():
    native: dict[str, object] = {
        **BILLING,
        "hosts": ["a.example.com"],
        "proxy": {"timeout_seconds": 90},
        "log_retention_days": 7,
    }
    texts = {key: json.dumps(value) for key, value in native.items()}

    assert parse_settings("dev", texts) == parse_settings("dev", native)


def test_the_built_in_service_may_be_named_without_being_declared():
    settings = parse_settings("dev", {"owners": {"billing": {"services": ["callback"]}}})

    assert settings.owners["billing"].services == {"callback"}


def test_each_key_is_explained_in_the_docstring():
    for record in (Settings, Owner, Application, RetrySettings, SchedulerSettings, ProxySize, ProxyRoutes):
        for field in dataclasses.fields(record):
            documented = "".join(each.__doc__ or "" for each in record.__mro__)
            assert field.name in documented, f"{record.__name__}.{field.name}"


def test_the_proxy_is_told_its_part_and_the_url_of_the_callback_service():
    settings = parse_settings(
        "dev", {**BILLING, "hosts": ["b.example.com", "a.example.com"], "secrets": {"t": {"services": ["billing"]}}}
    )

    assert proxy_settings(settings, "https://callback.example.com", ()) == ProxySettings(
        services={"callback": "https://callback.example.com", "billing": "https://billing.example.com"},
        hosts=("a.example.com", "b.example.com"),
        secret_prefix="/schedule-catalog/dev/",
        secrets={"t": SecretBinding(("billing",), (), ("catalog",))},
        retry=Retry(5, 60),
        retry_ceiling=Retry(20, 1440),
    )


def test_a_declared_callback_service_replaces_the_deployed_one():
    settings = parse_settings("dev", {"services": {"callback": "https://elsewhere.example.com"}})

    assert proxy_settings(settings, "https://deployed.example.com", ()).services == {
        "callback": "https://elsewhere.example.com"
    }


def write(path: Path, config: object) -> Path:
    path.write_text(yaml.safe_dump({"config": config}), "utf-8")
    return path


def test_a_stack_file_is_read_as_the_program_reads_it(tmp_path: Path):
    values: dict[str, object] = {**BILLING, "now": "2027-01-05T09:00:00Z"}
    file = write(
        tmp_path / "Pulumi.prod.yaml",
        {"aws:region": "eu-west-1"} | {f"schedule-catalog:{k}": v for k, v in values.items()},
    )

    assert read_settings(file) == parse_settings("prod", values)


def test_a_stack_file_whose_region_is_another_than_the_stacks_is_refused(tmp_path: Path):
    file = write(tmp_path / "Pulumi.prod.yaml", {"aws:region": "us-east-1", "schedule-catalog:region": "eu-west-1"})

    with pytest.raises(SettingsError) as caught:
        read_settings(file)

    assert str(caught.value) == (
        'region: the stack belongs to eu-west-1, but aws:region is "us-east-1"; '
        "run: pulumi config set --stack prod aws:region eu-west-1"
    )


@pytest.mark.parametrize("region", [{"aws:region": "eu-west-1"}, {}])
def test_a_region_of_elsewhere_is_the_programs_to_judge(tmp_path: Path, region: dict[str, str]):
    file = write(tmp_path / "Pulumi.prod.yaml", {**region, "schedule-catalog:region": "eu-west-1"})

    assert read_settings(file).region == "eu-west-1"


def test_what_looks_like_a_date_stays_a_text_as_in_pulumi(tmp_path: Path):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("config:\n  schedule-catalog:now: 2027-01-05T09:00:00Z\n")

    assert read_settings(file).now == datetime(2027, 1, 5, 9, tzinfo=UTC)


def test_a_stack_file_may_say_nothing(tmp_path: Path):
    file = tmp_path / "Pulumi.dev.yaml"
    file.touch()

    assert read_settings(file) == parse_settings("dev", {})


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("settings.yaml", b"", 'its name is not "Pulumi.<stack>.yaml"'),
        ("Pulumi.yaml", b"", 'its name is not "Pulumi.<stack>.yaml"'),
        ("Pulumi.dev.yaml", None, "Pulumi.dev.yaml:1:1: error: "),
        ("Pulumi.dev.yaml", b"config: [", "Pulumi.dev.yaml:2:1: error: "),
        ("Pulumi.dev.yaml", b"config: \xff", "Pulumi.dev.yaml:1:9: error: "),
        ("Pulumi.dev.yaml", b"config: {}\nconfig: {}", "Pulumi.dev.yaml:2:1: error: "),
        ("Pulumi.dev.yaml", b"[" * 5000, "Pulumi.dev.yaml:1:"),
        ("Pulumi.dev.yaml", b"config: [1]", '"config" is not a mapping'),
    ],
)
def test_an_unreadable_stack_file_is_one_clear_error(tmp_path: Path, name: str, content: bytes | None, reason: str):
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(SettingsFileError) as caught:
        read_settings(tmp_path / name)

    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_dev_stack_of_this_repository_is_right():
    settings = read_settings(ROOT / "Pulumi.dev.yaml")

    assert set(settings.services) == {"billing", "crm", "reports", "ops"}
    assert settings.hosts == {"hooks.example.com", "status.example.net", "ads.example.com"}
    assert set(settings.owners) == {"billing", "growth", "data", "platform"}
    assert set(settings.secrets) == {"billing-token", "crm-key", "reports-basic", "ssm:ops/token"}
