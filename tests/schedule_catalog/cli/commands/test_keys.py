from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.operations import AwsError, KeyRotationError
from schedule_client.webhooks import read_keys
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import Clients

Capture = pytest.CaptureFixture[str]
SECRET = "/shop/prod/signing/billing"
FIRST = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture(name="where")
def _where(tmp_path: Path) -> list[str]:
    where = write_catalog(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(
        "config:\n  schedule-catalog:services: {billing: https://billing.example.com}\n"
        "  schedule-catalog:signing: {billing: {services: [billing]}}\n"
    )
    return where


@pytest.fixture(name="aws")
def _aws() -> Clients:
    aws = Clients()
    aws.secrets.add(SECRET, FIRST)
    return aws


def current(aws: Clients) -> list[str]:
    return aws.secrets.versions[SECRET][-1][0].split()


def test_a_rotation_lets_both_keys_sign_until_it_is_finished(aws: Clients, where: list[str]) -> None:
    assert run(aws, "keys", "rotate", "billing", "--yes", *where) == 0
    new, old = current(aws)
    assert (old, len(read_keys(f"{new} {old}"))) == (FIRST, 2)

    assert run(aws, "keys", "rotate", "billing", "--finish", "--yes", *where) == 0
    assert current(aws) == [new]


def test_a_key_that_has_leaked_is_dropped_at_once(aws: Clients, where: list[str]) -> None:
    assert run(aws, "keys", "rotate", "billing", "--leaked", "--yes", *where) == 0

    (new,) = current(aws)
    assert new != FIRST
    assert read_keys(new)


@pytest.mark.parametrize("options", [[], ["--leaked"], ["--format", "json"]])
def test_no_key_is_ever_printed(aws: Clients, where: list[str], capsys: Capture, options: list[str]) -> None:
    run(aws, "keys", "rotate", "billing", "--yes", *options, *where)
    run(aws, "status", *where)

    printed = "".join(capsys.readouterr())
    assert "billing" in printed
    for text, _ in aws.secrets.versions[SECRET]:
        for key in text.split():
            assert key.removeprefix("whsec_")[:12] not in printed


def test_the_machine_s_answer_says_which_step_was_done(aws: Clients, where: list[str], capsys: Capture) -> None:
    run(aws, "keys", "rotate", "billing", "--yes", "--format", "json", *where)

    found = document(capsys.readouterr().out)
    assert (found["stack"], found["key"], found["step"]) == ("prod", "billing", "begin")


def test_steps_out_of_their_order_change_nothing(aws: Clients, where: list[str]) -> None:
    with pytest.raises(KeyRotationError, match="has not begun"):
        run(aws, "keys", "rotate", "billing", "--finish", "--yes", *where)
    run(aws, "keys", "rotate", "billing", "--yes", *where)
    before = current(aws)
    with pytest.raises(KeyRotationError, match="has begun: finish it"):
        run(aws, "keys", "rotate", "billing", "--yes", *where)
    assert current(aws) == before


def test_a_key_that_the_settings_do_not_name_is_refused_with_the_nearest(aws: Clients, where: list[str]) -> None:
    with pytest.raises(UsageError, match=r'no signing key "biling".*billing'):
        run(aws, "keys", "rotate", "biling", "--yes", *where)


def test_without_the_permission_the_action_is_named(aws: Clients, where: list[str]) -> None:
    aws.secrets.denied = True

    with pytest.raises(AwsError, match="secretsmanager:GetSecretValue"):
        run(aws, "keys", "rotate", "billing", "--yes", *where)


def test_status_warns_of_a_key_that_is_in_pulumi_s_state_until_it_is_rotated(
    aws: Clients, where: list[str], capsys: Capture
) -> None:
    warning = (
        "signing keys of which Pulumi's state has a copy: rotate them with schedules keys rotate NAME\n  billing\n"
    )

    run(aws, "status", *where)
    assert warning in capsys.readouterr().out
    run(aws, "keys", "rotate", "billing", "--yes", *where)
    capsys.readouterr()
    run(aws, "status", *where)
    assert "signing keys" not in capsys.readouterr().out


def test_status_says_that_it_may_not_ask(aws: Clients, where: list[str], capsys: Capture) -> None:
    aws.secrets.denied = True

    run(aws, "status", *where)
    assert "the permission secretsmanager:DescribeSecret is missing" in capsys.readouterr().out
