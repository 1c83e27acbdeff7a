from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.operations import AwsAccess, AwsClients, AwsError, LaptopStack, StackError

LAPTOP = LaptopStack(
    project="shop",
    stack="dev",
    region="eu-central-1",
    endpoint_url="http://127.0.0.1:4566",
    account="000000000000",
    catalog="/shop/schedules",
    settings="/shop/Pulumi.dev.yaml",
)


def test_the_laptop_stack_is_found_by_its_file_while_it_runs(tmp_path: Path) -> None:
    LAPTOP.write(tmp_path)
    assert LaptopStack.read(tmp_path) == LAPTOP

    LaptopStack.forget(tmp_path)
    LaptopStack.forget(tmp_path)
    with pytest.raises(StackError, match="schedules dev"):
        LaptopStack.read(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"project": "shop"}', '{"unknown": 1}'])
def test_a_file_that_is_none_is_as_good_as_no_stack(tmp_path: Path, text: str) -> None:
    (tmp_path / "laptop.json").write_text(text)

    with pytest.raises(StackError, match="schedules dev"):
        LaptopStack.read(tmp_path)


def test_a_function_is_asked_once_and_waited_for_as_long_as_it_may_run() -> None:
    clients = AwsClients(LAPTOP.access)

    config: Any = clients.client("lambda").meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout > 900
    assert clients.client("sqs").meta.config.retries["total_max_attempts"] > 1
    assert clients.client("sqs") is clients.client("sqs")


def test_the_laptops_clients_ask_the_laptop_alone() -> None:
    client = AwsClients(LAPTOP.access).client("scheduler")

    assert client.meta.endpoint_url == LAPTOP.endpoint_url
    assert client.meta.region_name == "eu-central-1"
    assert client.meta.config.proxies == {}


def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(AwsError, match="no-such-profile"):
        AwsClients(AwsAccess("eu-central-1", "no-such-profile"))
