"""What the retries of the proxy ask of the emulator: each of it as AWS does it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.clients import Clients
from local.engine.archive import Archive
from local.resources import RESOURCE_TYPES
from tests.eventually import eventually

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

VISIBILITY = 5  # longer than an invocation takes on a busy machine: the message would come again before its answer
ARN = "arn:aws:{}:eu-central-1:000000000000:{}"
CODE = """
import json
def handle(event, context):
    record = event["Records"][0]
    print(json.dumps({"body": record["body"], "arn": context.invoked_function_arn, "count": len(event["Records"])}))
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if record["body"] == "not yet" else []}
"""


@pytest.fixture(name="aws", scope="module")
def _aws(emulator: Emulator) -> Clients:
    """A queue whose messages a function takes by its alias, and a second one for what it never takes."""
    aws = Clients(emulator.endpoint, emulator.region)
    redrive = json.dumps({"deadLetterTargetArn": ARN.format("sqs", "given-up"), "maxReceiveCount": 2})
    function = {"handler": "one.handle", "runtime": "python3.13", "role": "arn:aws:iam::000000000000:role/r"}
    for kind, inputs in (
        ("aws:sqs/queue:Queue", {"name": "given-up"}),
        ("aws:sqs/queue:Queue", {"name": "waiting", "visibilityTimeoutSeconds": VISIBILITY, "redrivePolicy": redrive}),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/aws/lambda/one"}),
        (
            "aws:lambda/function:Function",
            {"name": "one", "code": Archive(members={"one.py": Archive(text=CODE)}), "publish": True, **function},
        ),
        ("aws:lambda/alias:Alias", {"name": "retry", "functionName": "one", "functionVersion": "1"}),
        (
            "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
            {"functionName": "one", "recursiveLoop": "Allow"},
        ),
        (
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            {
                "eventSourceArn": ARN.format("sqs", "waiting"),
                "functionName": ARN.format("lambda", "function:one:retry"),
                "batchSize": 1,
                "functionResponseTypes": ["ReportBatchItemFailures"],
                "scalingConfig": {"maximumConcurrency": 50},
            },
        ),
    ):
        RESOURCE_TYPES[kind].create(aws, inputs)
    return aws


def send(aws: Clients, body: str, delay: int = 0) -> None:
    url = aws.client("sqs").get_queue_url(QueueName="waiting")["QueueUrl"]
    aws.client("sqs").send_message(QueueUrl=url, MessageBody=body, DelaySeconds=delay)


def taken(aws: Clients, body: str) -> list[dict[str, Any]]:
    events = aws.client("logs").filter_log_events(logGroupName="/aws/lambda/one")["events"]
    lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    return [line for line in lines if line["body"] == body]


def test_a_message_invokes_the_alias_and_the_function_is_told_which(aws: Clients) -> None:
    send(aws, "now")

    (line,) = eventually(lambda: taken(aws, "now"))
    assert (line["arn"], line["count"]) == (ARN.format("lambda", "function:one:retry"), 1)


def test_a_delayed_message_comes_when_its_delay_is_over(aws: Clients) -> None:
    began = time.monotonic()
    send(aws, "later", delay=2)

    eventually(lambda: taken(aws, "later"))
    assert time.monotonic() - began >= 2


def test_a_message_that_is_given_back_comes_again_and_is_then_kept_elsewhere(aws: Clients) -> None:
    send(aws, "not yet")

    url = aws.client("sqs").get_queue_url(QueueName="given-up")["QueueUrl"]
    kept = eventually(lambda: aws.client("sqs").receive_message(QueueUrl=url).get("Messages"))
    assert [message["Body"] for message in kept] == ["not yet"]
    assert len(taken(aws, "not yet")) == 2


def test_a_refused_write_tells_what_is_there(aws: Clients) -> None:
    keys = {"hashKey": "pk", "rangeKey": "sk", "attributes": [{"name": name, "type": "S"} for name in ("pk", "sk")]}
    RESOURCE_TYPES["aws:dynamodb/table:Table"].create(aws, {"name": "runs", "billingMode": "PAY_PER_REQUEST", **keys})
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "version": {"N": "1"}}
    aws.client("dynamodb").put_item(TableName="runs", Item=item)

    with pytest.raises(ClientError) as caught:
        aws.client("dynamodb").put_item(
            TableName="runs",
            Item=item,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert caught.value.response["Item"] == item  # pyright: ignore[reportGeneralTypeIssues]


def test_an_index_by_several_keys_has_the_items_that_carry_them(aws: Clients) -> None:
    names = ("pk", "sk", "outcome_day", "updated")
    index = {
        "name": "by-outcome",
        "projectionType": "ALL",
        "keySchemas": [
            {"attributeName": "outcome_day", "keyType": "HASH"},
            {"attributeName": "updated", "keyType": "RANGE"},
        ],
    }
    RESOURCE_TYPES["aws:dynamodb/table:Table"].create(
        aws,
        {
            "name": "indexed",
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "pk",
            "rangeKey": "sk",
            "attributes": [{"name": name, "type": "S"} for name in names],
            "globalSecondaryIndexes": [index],
        },
    )
    dynamodb = aws.client("dynamodb")
    for key, more in (("1", {}), ("2", {"outcome_day": {"S": "undelivered#2026-11-23"}, "updated": {"S": "x"}})):
        dynamodb.put_item(TableName="indexed", Item={"pk": {"S": key}, "sk": {"S": "t"}, **more})

    found = dynamodb.query(
        TableName="indexed",
        IndexName="by-outcome",
        KeyConditionExpression="outcome_day = :day",
        ExpressionAttributeValues={":day": {"S": "undelivered#2026-11-23"}},
    )["Items"]
    assert [item["pk"] for item in found] == [{"S": "2"}]
