from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError

from schedule_catalog.operations import AwsAccess, AwsClients, AwsError, LaptopStack, StackError
from schedule_catalog.operations.translation import asking

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


def answered(client: Any, status: int, body: dict[str, Any] | str) -> Any:
    """The result of a query whose answer this is, without a server."""

    def answer(request: Any, **_: object) -> AWSResponse:
        raw = io.BytesIO((body if isinstance(body, str) else json.dumps(body)).encode())
        raw.stream = lambda **_: [raw.read()]  # pyright: ignore[reportAttributeAccessIssue]
        headers: Any = HeadersDict()
        return AWSResponse(request.url, status, headers, raw)

    client.meta.events.register("before-send", answer)
    return client.query(
        TableName="runs", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "x"}}
    )


def test_a_query_returns_what_botocore_would_have_read() -> None:
    key = {"pk": {"S": "a"}}
    body = {"Items": [{**key, "n": {"N": "1.5"}, "all": {"L": [{"BOOL": True}]}}], "Count": 1, "LastEvaluatedKey": key}
    plain = boto3.client("dynamodb", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")

    found, expected = (answered(each, 200, body) for each in (AwsClients(LAPTOP.access).client("dynamodb"), plain))

    assert {name: value for name, value in found.items() if name != "ResponseMetadata"} == body
    assert {name: found[name] for name in body} == {name: expected[name] for name in body}


def test_a_query_that_is_refused_says_why() -> None:
    client = AwsClients(LAPTOP.access).client("dynamodb")

    with pytest.raises(ClientError, match="no such table"):
        answered(client, 400, {"__type": "com.amazon#ResourceNotFoundException", "message": "no such table"})


def test_a_page_of_a_proxy_instead_of_a_query_is_an_error_of_aws() -> None:
    client = AwsClients(LAPTOP.access).client("dynamodb")

    with pytest.raises(AwsError, match="the answer is not JSON"), asking("dynamodb:Query", "runs"):
        answered(client, 200, "<html>sign in</html>")


def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(AwsError, match="no-such-profile"):
        AwsClients(AwsAccess("eu-central-1", "no-such-profile"))
