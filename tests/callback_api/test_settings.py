from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callback_api.errors import SettingsError
from callback_api.settings import Settings

KEY = "whsec_" + "QUJD" * 8


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CALLBACK_DATABASE_URL", "CALLBACK_DATABASE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["CALLBACK_DATABASE_URL", "CALLBACK_DATABASE", "DATABASE_URL"])
def test_the_database_has_the_templates_name_too(tmp_path: Path, name: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{name}=postgresql://db/tasks\nCALLBACK_OPEN=true\nANYTHING=else\n")

    assert Settings.read(file).database_url == "postgresql://db/tasks"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=sqlite:///old\nCALLBACK_OPEN=true\n")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new")

    assert Settings.read(file).database_url == "sqlite:///new"


SCHEDULER = """
SCHEDULER_TARGET_ARN=arn:aws:lambda:eu-west-1:123456789012:function:p:adhoc
SCHEDULER_TARGET_ROLE_ARN=arn:aws:iam::123456789012:role/r
SCHEDULER_GROUP_NAME=g
SCHEDULER_DLQ_ARN=arn:aws:sqs:eu-west-1:123456789012:q
"""


def test_where_schedules_go_is_read_from_the_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text(f"DATABASE_URL=x\nCALLBACK_OPEN=true\n{SCHEDULER}")
    monkeypatch.setenv("SCHEDULER_GROUP_NAME", "other")

    scheduling = Settings.read(file).scheduling()

    assert scheduling is not None
    assert (scheduling.region, scheduling.group) == ("eu-west-1", "other")


def test_a_stack_that_is_named_in_part_is_a_mistake_and_none_is_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=x\nCALLBACK_OPEN=true\nSCHEDULER_GROUP_NAME=default\n")

    with pytest.raises(SettingsError, match="not set: SCHEDULER_TARGET_ARN, SCHEDULER_TARGET_ROLE_ARN, SCHEDULER_DLQ"):
        Settings.read(file).scheduling()
    assert Settings.read(None, database_url="x", open=True).scheduling() is None


def test_the_template_s_variables_are_read_or_named_with_what_to_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=x\nAUTH_TOKEN=t\nAWS_SQS_ACCESS_KEY_ID=k\napi_base_url=https://shop.example.com\n")

    settings = Settings.read(file)

    assert settings.internal_token == "t"
    assert settings.template_variables() == {
        "AWS_SQS_ACCESS_KEY_ID": "rename it to AWS_ACCESS_KEY_ID, or give the process a role",
        "api_base_url": "set schedule-catalog:services.callback in the stack's settings to that address",
    }


def test_a_path_is_a_file_of_sqlite() -> None:
    assert Settings.read(None, database_url="/data/tasks", open=True).database_url == "sqlite:////data/tasks"


def test_handlers_are_modules_between_commas_or_spaces(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=x\nCALLBACK_OPEN=true\nCALLBACK_HANDLERS=shop.mail, shop.payments\n")

    assert Settings.read(file).handlers == ("shop.mail", "shop.payments")


def test_allowed_hosts_are_names_between_commas_or_spaces(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=x\nCALLBACK_OPEN=true\nCALLBACK_ALLOWED_HOSTS=Tasks.example.com, api\n")

    assert Settings.read(file).allowed_hosts == ("tasks.example.com", "api")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"open": True}, "CALLBACK_DATABASE_URL or CALLBACK_DATABASE or DATABASE_URL is not set"),
        ({"database_url": "", "open": True}, "write sqlite:///FILE"),
        ({"database_url": "x"}, "set CALLBACK_SIGNING_KEYS or CALLBACK_INTERNAL_TOKEN, or CALLBACK_OPEN=true"),
        ({"database_url": "x", "signing_keys": "secret"}, "a signing key is"),
        ({"database_url": "x", "open": True, "retry_minutes": 0}, "CALLBACK_RETRY_MINUTES"),
        ({"database_url": "x", "open": True, "max_body_bytes": 0}, "CALLBACK_MAX_BODY_BYTES"),
        (
            {"database_url": "x", "open": True, "allowed_hosts": "https://a"},
            'CALLBACK_ALLOWED_HOSTS "https://a" is not',
        ),
    ],
)
def test_settings_that_cannot_be_are_an_error_that_says_what_to_set(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(None, **values)

    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_no_secret_is_in_a_repr() -> None:
    tokens = {"internal_token": "tell-nobody", "open_token": "tell-nobody"}
    shown = repr(Settings.read(None, database_url="x", signing_keys=KEY, **tokens))

    assert KEY not in shown
    assert "tell-nobody" not in shown


def test_a_variable_that_has_only_the_name_of_a_field_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPEN", "OPEN_TOKEN", "SERVICE", "HANDLERS", "CODE"):
        monkeypatch.setenv(name, "true")

    read = Settings.read(None, database_url="sqlite:///x", internal_token="t")

    assert read == Settings.read(None, database_url="sqlite:///x", internal_token="t", open=False, service="callback")
