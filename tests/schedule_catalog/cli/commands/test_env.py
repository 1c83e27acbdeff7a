from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.commands.env import run as print_environment
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_arguments import Reached
from schedule_client.emulated import emulated_environment
from schedule_client.settings import ScheduleSettings
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import ACCOUNT, NAMES, NOW, Clients

Capture = pytest.CaptureFixture[str]
KEY = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture(name="where")
def _where(tmp_path: Path) -> list[str]:
    where = write_catalog(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(
        "config:\n  schedule-catalog:applications: {shop: {}, old: {retired: true}}\n"
        "  schedule-catalog:role_path: /schedules/\n"
        "  schedule-catalog:services: {billing: https://billing.example.com}\n"
        "  schedule-catalog:signing: {billing: {services: [billing]}}\n"
    )
    return where


def printed(capsys: Capture) -> dict[str, str]:
    lines = capsys.readouterr().out.splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_an_application_gets_its_own_alias_role_and_prefix(where: list[str], capsys: Capture) -> None:
    assert run(Clients(), "env", "--application", "shop", *where) == 0

    variables = printed(capsys)
    settings = ScheduleSettings.from_environment(variables)
    assert settings.target_arn.endswith(f":{ACCOUNT}:function:{NAMES.proxy}:shop")
    assert settings.role_arn == f"arn:aws:iam::{ACCOUNT}:role/schedules/{NAMES.execution_role('shop')}"
    assert settings.name_prefix == "shop-"
    assert not [name for name in variables if name.startswith("AWS_")]


def test_the_variables_that_all_others_share_come_by_adhoc(where: list[str], capsys: Capture) -> None:
    run(Clients(), "env", *where)

    assert printed(capsys)["SCHEDULER_TARGET_ARN"].endswith(":adhoc")


def test_the_laptop_adds_the_way_to_its_emulator_and_its_keys(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.secrets.add("/shop/prod/signing/billing", KEY)
    emulated = emulated_environment("http://127.0.0.1:4566", "eu-central-1", ACCOUNT)
    options = parser(["env"]).parse_args(["env", *where])

    print_environment(options, NOW, lambda options: Reached(aws.stack, NAMES, emulated))

    out = capsys.readouterr().out
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4566\n" in out
    assert f'# "billing" signs calls with {KEY}\n' in out


def test_no_key_of_a_stack_in_aws_is_printed(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.secrets.add("/shop/prod/signing/billing", KEY)

    run(aws, "env", *where)

    assert "whsec_" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"), [("shp", 'did you mean "shop"?'), ("old", 'the application "old" is retired')]
)
def test_an_application_that_calls_nothing_is_refused(where: list[str], name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        run(Clients(), "env", "--application", name, *where)
