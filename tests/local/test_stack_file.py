from __future__ import annotations

from pathlib import Path

import pytest

from local.clients import ACCOUNT
from local.errors import DeployerError
from local.stack_file import StackFile, own_config, read_stack
from schedule_catalog.settings import NAMESPACE, ProxyRoutes, parse_settings


def write(folder: Path, project: str, stack: str) -> Path:
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.dev.yaml").write_text(stack)
    return folder


def test_values_are_text_and_keys_are_full(tmp_path: Path) -> None:
    folder = write(tmp_path, "name: p", "config: {aws:region: eu-west-1, p:n: 3, list: [a, {b: é}], yes: true}")
    config = {"aws:region": "eu-west-1", "p:n": "3", "p:list": '["a", {"b": "é"}]', "p:yes": "true"}
    assert read_stack(folder, "dev") == StackFile("p", config, ())
    assert read_stack(folder, "dev").region == "eu-west-1"


def test_an_encrypted_value_is_a_secret_placeholder(tmp_path: Path) -> None:
    stack = read_stack(write(tmp_path, "name: p", "config: {p:key: {secure: v1:abc}}"), "dev")
    assert (stack.config, stack.secret_keys) == ({"p:key": "local-placeholder"}, ("p:key",))


def test_an_empty_file_is_a_stack_without_settings(tmp_path: Path) -> None:
    assert read_stack(write(tmp_path, "name: p", ""), "dev") == StackFile("p", {}, ())


@pytest.mark.parametrize(("text", "message"), [("a: [", r":\d+:\d+: error: "), ("- a", '" is not a mapping')])
def test_a_broken_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DeployerError, match=rf"Pulumi\.dev\.yaml{message}"):
        read_stack(write(tmp_path, "name: p", text), "dev")


def test_a_missing_stack_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployerError, match=r'there is no ".*Pulumi\.prod\.yaml"'):
        read_stack(write(tmp_path, "name: p", ""), "prod")


def test_a_stack_without_a_settings_file_is_told_which_have_one(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x")
    for stack in ("dev", "eu.test"):
        (tmp_path / f"Pulumi.{stack}.yaml").touch()

    with pytest.raises(DeployerError, match=r"settings file \(dev, eu\.test\)"):
        read_stack(tmp_path, "prod")


def test_on_the_laptop_a_stack_belongs_to_the_emulator_and_calls_nobody_else() -> None:
    production = {"account": "210987654321", "region": "us-east-1", "hosts": '["live.example.com"]'}
    own = own_config(
        "eu-west-1", Path("/jobs"), Path("/calendars"), Path("/packages"), "http://127.0.0.1:8080", ["live.example.com"]
    )

    settings = parse_settings("prod", production | {key.removeprefix(f"{NAMESPACE}:"): own[key] for key in own})

    assert (settings.account, settings.region) == (ACCOUNT, "eu-west-1")
    assert (settings.catalog, settings.packages) == ("/jobs", "/packages")
    assert settings.proxy_routes == ProxyRoutes("http://127.0.0.1:8080", ("live.example.com",))
    assert settings.hosts == {"live.example.com"}
