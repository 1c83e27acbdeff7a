"""The proxy's requests to AWS beside those of boto3, which is the measure: what is sent, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import boto3
import botocore.loaders
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from urllib3 import BaseHTTPResponse, HTTPResponse, PoolManager
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError

from proxy import aws as proxy_aws
from proxy.aws import SENDS, AwsRequestError, SignedAws, dns_suffix, error_message
from proxy.sigv4 import AwsKey, Scope
from tests.proxy.target import answers, running
from tests.proxy.test_sigv4 import theirs

NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a-secret",
    "AWS_SESSION_TOKEN": "a-token",
}
KEY = AwsKey("AKIDEXAMPLE", "a-secret", "a-token")
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/retry"
ITEM = {"pk": {"S": "catalog#ärn"}, "sk": {"S": "t"}, "version": {"N": "3"}}
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "GetItem", {"TableName": "runs", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ConsistentRead": True}),
    (
        "dynamodb",
        "PutItem",
        {
            "TableName": "runs",
            "Item": ITEM,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            "ConditionExpression": "attribute_not_exists(pk) OR version = :version",
            "ExpressionAttributeValues": {":version": {"N": "2"}},
        },
    ),
    (
        "sqs",
        "SendMessage",
        {
            "QueueUrl": QUEUE,
            "MessageBody": '{"größe": "<&>"}',
            "DelaySeconds": 30,
            "MessageGroupId": "catalog/billing",
            "MessageAttributes": {"REASON": {"DataType": "String", "StringValue": "http-500"}},
        },
    ),
    ("secretsmanager", "GetSecretValue", {"SecretId": "/shop/token"}),
    ("ssm", "GetParameter", {"Name": "/shop/proxy", "WithDecryption": True}),
    ("scheduler", "GetSchedule", {"Name": "close-invoices", "GroupName": "shop-catalog"}),
    ("events", "PutEvents", {"Entries": [{"Source": "s", "DetailType": "t", "Detail": '{"a": 1}'}]}),
]
IDS = [operation for _, operation, _ in OPERATIONS]


@dataclass
class Sent:
    """A request on its way."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Pools:
    """Connections that answer as a test says, by a status, headers and body, or by an error."""

    script: Callable[[int], BaseHTTPResponse] = field(default=lambda number: answered())
    sent: list[Sent] = field(default_factory=list[Sent])

    def urlopen(self, method: str, url: str, *, body: bytes, headers: Mapping[str, str], **_: Any) -> BaseHTTPResponse:
        self.sent.append(Sent(method, url, headers, body))
        return self.script(len(self.sent))


def answered(status: int = 200, text: str = "{}", **headers: str) -> HTTPResponse:
    return HTTPResponse(text.encode(), {name.replace("_", "-"): value for name, value in headers.items()}, status)


@dataclass
class Desk:
    """The proxy's AWS, and how long it waited."""

    pools: Pools = field(default_factory=Pools)
    waits: list[float] = field(default_factory=list[float])

    def ask(self, service: str = "ssm", operation: str = "GetParameter", members: Mapping[str, Any] = {}) -> Any:
        pools: Any = self.pools
        aws = SignedAws(ENVIRONMENT, pools, Random(1), lambda: NOW, self.waits.append)
        return aws(service, operation, members)


@cache
def client(service: str, region: str = "eu-central-1") -> Any:
    session: Any = boto3.session.Session("AKIDEXAMPLE", "a-secret", "a-token", region)
    return session.client(service, config=Config(retries={"total_max_attempts": 1}))


def asked_by_boto3(
    service: str, operation: str, members: Mapping[str, Any], response: Callable[[str], AWSResponse]
) -> tuple[list[Sent], Any]:
    """What boto3 sends, and what it makes of the answer."""
    sent: list[Sent] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        headers = {name: text.decode() if isinstance(text, bytes) else text for name, text in request.headers.items()}
        sent.append(Sent(request.method, request.url, headers, request.body or b""))
        return response(request.url)

    events = client(service).meta.events
    events.register_first(f"before-send.{service}.{operation}", answer)
    try:
        return sent, getattr(client(service), xform_name(operation))(**members)
    finally:
        events.unregister(f"before-send.{service}.{operation}", answer)


class _Raw:
    """A body as AWSResponse reads it."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text


def raw(status: int, text: str, headers: Mapping[str, str] = {}) -> Callable[[str], AWSResponse]:
    return lambda url: AWSResponse(url, status, HTTPHeaders.from_dict(headers), _Raw(text.encode()))


@pytest.mark.parametrize(("service", "operation", "members"), OPERATIONS, ids=IDS)
def test_a_request_is_the_one_that_boto3_would_have_sent(service: str, operation: str, members: dict[str, Any]) -> None:
    desk = Desk()
    desk.ask(service, operation, members)
    (ours,) = desk.pools.sent
    ((expected,), _) = asked_by_boto3(service, operation, members, raw(200, "{}"))

    assert (ours.method, ours.url) == (expected.method, expected.url)
    assert json.loads(ours.body or b"{}") == json.loads(expected.body or b"{}")
    described = {
        name: text
        for name, text in expected.headers.items()
        if not name.lower().startswith(("amz-sdk", "user-agent", "authorization", "x-amz-date", "content-length"))
    }
    unsent = {"x-amz-security-token", "x-amz-target", "content-type", "x-amzn-query-mode"}
    assert {name.lower() for name in described} <= unsent, "a header of boto3's that nobody has thought about"
    assert {name: ours.headers.get(name) for name in described} == described


@pytest.mark.parametrize(("service", "operation", "members"), OPERATIONS, ids=IDS)
def test_a_request_is_signed_as_botocore_signs_it_for_its_service(
    service: str, operation: str, members: dict[str, Any]
) -> None:
    desk = Desk()
    desk.ask(service, operation, members)
    (ours,) = desk.pools.sent
    scope = Scope("eu-central-1", client(service).meta.service_model.signing_name)

    assert ours.headers["Authorization"] == theirs(ours.method, ours.url, dict(ours.headers), ours.body, KEY, scope)
    assert ours.headers["X-Amz-Date"] == "20270105T080012Z"


def test_every_region_has_its_partitions_domain() -> None:
    loader: Any = botocore.loaders.create_loader()
    suffixes = {
        region: partition["outputs"]["dnsSuffix"]
        for partition in loader.load_data("partitions")["partitions"]
        for region in partition["regions"]
        if not region.endswith("-global")
    }

    assert len(suffixes) > 30
    assert {region: dns_suffix(region) for region in suffixes} == suffixes


ERRORS = {
    "short": (400, {}, {"__type": "ParameterNotFound", "message": "no"}),
    "with its name space": (400, {}, {"__type": "com.amazon.coral.service#ThrottlingException", "Message": "slow"}),
    "with an address": (400, {}, {"__type": "ValidationException:http://internal.amazon.com/coral/"}),
    "of SQS": (
        400,
        {"x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"},
        {"__type": "com.amazonaws.sqs#QueueDoesNotExist"},
    ),
    "of SQS without the older name": (400, {}, {"__type": "com.amazonaws.sqs#InvalidMessageContents"}),
    "without a name": (503, {}, {}),
}


@pytest.mark.parametrize(("status", "headers", "body"), ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize(("service", "operation", "members"), [OPERATIONS[index] for index in (1, 2, 4)])
def test_an_error_has_the_code_that_boto3_reads(
    status: int,
    headers: dict[str, str],
    body: dict[str, str],
    service: str,
    operation: str,
    members: dict[str, Any],
) -> None:
    desk = Desk(Pools(lambda number: HTTPResponse(json.dumps(body).encode(), headers, status)))
    with pytest.raises(AwsRequestError) as ours:
        desk.ask(service, operation, members)
    with pytest.raises(ClientError) as expected:
        asked_by_boto3(service, operation, members, raw(status, json.dumps(body), headers))

    answer: Any = expected.value.response.get("Error")
    assert error_message(ours.value) == answer["Message"]
    if "x-amzn-query-error" not in headers or service == "sqs":
        assert ours.value.code == answer["Code"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"x-amzn-ErrorType": "ResourceNotFoundException"}, {"Message": "no"}),
        ({"x-amzn-ErrorType": "ConflictException:http://internal.amazon.com/"}, {}),
        ({}, {"code": "AccessDeniedException", "message": "no"}),
        ({}, {"__type": "InternalServerException"}),
    ],
)
def test_an_error_of_a_rest_service_has_the_code_that_boto3_reads(
    headers: dict[str, str], body: dict[str, str]
) -> None:
    desk = Desk(Pools(lambda number: HTTPResponse(json.dumps(body).encode(), headers, 404)))
    with pytest.raises(AwsRequestError) as ours:
        desk.ask(*OPERATIONS[5])
    with pytest.raises(ClientError) as expected:
        asked_by_boto3(*OPERATIONS[5], raw(404, json.dumps(body), headers))

    assert ours.value.code == expected.value.response.get("Error", {}).get("Code")


def test_the_item_that_refused_a_write_comes_with_the_error() -> None:
    text = json.dumps({"__type": "x#ConditionalCheckFailedException", "Item": ITEM})
    desk = Desk(Pools(lambda number: answered(400, text)))

    with pytest.raises(AwsRequestError) as raised:
        desk.ask("dynamodb", "PutItem", {})

    assert (raised.value.code, raised.value.answer["Item"]) == ("ConditionalCheckFailedException", ITEM)
    assert len(desk.pools.sent) == 1


def failing(error: Exception) -> Callable[[int], BaseHTTPResponse]:
    def fail(number: int) -> BaseHTTPResponse:
        raise error

    return fail


POOL: Any = None
PASSING: dict[str, Callable[[int], BaseHTTPResponse]] = {
    "connection lost": failing(ProtocolError("Connection aborted.", ConnectionResetError())),
    "no answer in time": failing(ReadTimeoutError(POOL, "/", "read")),
    "no connection": failing(MaxRetryError(POOL, "/")),
    "server error": lambda number: answered(500, "<html>"),
    "unavailable": lambda number: answered(503),
    "too many requests": lambda number: answered(429),
    "throttled": lambda number: answered(400, '{"__type": "x#ProvisionedThroughputExceededException"}'),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_asked_again_after_a_wait_that_grows_and_is_drawn(
    failure: Callable[[int], BaseHTTPResponse],
) -> None:
    desk = Desk(Pools(failure))
    with pytest.raises(AwsRequestError):
        desk.ask()
    assert len(desk.pools.sent) == SENDS
    assert [0 <= wait <= most for wait, most in zip(desk.waits, (0.1, 0.4), strict=True)] == [True, True]

    recovering = Desk(Pools(lambda number: answered(200, '{"a": 1}') if number == 2 else failure(number)))
    assert recovering.ask() == {"a": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_is_refused_for_good_is_asked_once(status: int) -> None:
    desk = Desk(Pools(lambda number: answered(status, '{"__type": "x#AccessDeniedException"}')))

    with pytest.raises(AwsRequestError) as raised:
        desk.ask()

    assert (raised.value.code, len(desk.pools.sent)) == ("AccessDeniedException", 1)


def test_every_code_that_boto3_takes_for_passing_is() -> None:
    throttled, transient = vars(ThrottledRetryableChecker), vars(TransientRetryableChecker)
    codes = [*throttled["_THROTTLED_ERROR_CODES"], *transient["_TRANSIENT_ERROR_CODES"]]

    assert set(codes) - proxy_aws.PASSING_CODES == {"EC2ThrottledException"}, "which is of another service"


@pytest.mark.parametrize("name", ["AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_an_environment_without_credentials_is_an_error_that_names_what_is_missing(name: str) -> None:
    known = {**ENVIRONMENT, "AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-central-1"}
    environment = {key: text for key, text in known.items() if key != name}
    aws = SignedAws(environment, PoolManager(), Random(1))

    with pytest.raises(AwsRequestError, match=f"^no {name} in the environment$"):
        aws("ssm", "GetParameter", {})


def test_an_answer_that_is_not_json_holds_no_text_of_it() -> None:
    desk = Desk(Pools(lambda number: answered(200, '{"SecretString": "s3cr3t')))

    assert desk.ask("secretsmanager", "GetSecretValue", {}) == {}


def test_a_kept_connection_carries_the_requests_to_an_endpoint_of_the_environment() -> None:
    with running(answers(200, b'{"Parameter": {"Value": "text"}}')) as target:
        environment = {**ENVIRONMENT, "AWS_ENDPOINT_URL": f"http://{target.netloc}"}
        aws = SignedAws(environment, PoolManager(), Random(1))
        found = [aws("ssm", "GetParameter", {"Name": "/a", "WithDecryption": True}) for _ in range(3)]

        assert found == [{"Parameter": {"Value": "text"}}] * 3
        assert (target.last.line, target.last.headers["host"]) == ("POST / HTTP/1.1", target.netloc)
        assert target.connections == 1
