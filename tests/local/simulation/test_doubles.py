"""The doubles of SQS and DynamoDB answer the same script of calls as the emulator does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.clients import Clients
from local.simulation.clock import Clock
from local.simulation.dynamodb import ABSENT, VERSION, DynamoDb
from local.simulation.sqs import Sqs

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

Answer = dict[str, Any]


def seen(call: Callable[..., Any], **asked: Any) -> Answer:
    """An answer without what differs from call to call; an error as its code and the item in it."""
    try:
        answer = call(**asked)
    except ClientError as error:
        response: Any = error.response
        return {"error": response["Error"]["Code"], "item": response.get("Item")}
    messages = [
        {
            "body": message["Body"],
            "attributes": {
                name: (value["DataType"], value["StringValue"])
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "received": message["Attributes"]["ApproximateReceiveCount"],
        }
        for message in answer.get("Messages", [])
    ]
    return {"messages": messages, "item": answer.get("Item"), "sent": "MessageId" in answer}


def item(version: int, state: str) -> dict[str, Any]:
    return {
        "pk": {"S": "catalog#arn"},
        "sk": {"S": "2027-01-05T08:00:00Z"},
        "version": {"N": str(version)},
        "state": {"S": state},
    }


def table_script(client: Any) -> Iterator[Answer]:
    """Every kind of request that the ledger makes, and each with every answer that there is."""
    key = {name: item(1, "")[name] for name in ("pk", "sk")}

    def put(record: dict[str, Any], condition: str, **more: Any) -> Answer:
        if condition == VERSION:
            before = int(record["version"]["N"]) - 1
            more["ExpressionAttributeValues"] = {":version": {"N": str(before)}}
        return seen(client.put_item, TableName="runs", Item=record, ConditionExpression=condition, **more)

    old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    yield seen(client.get_item, TableName="runs", Key=key, ConsistentRead=True)
    yield put(item(1, "running"), ABSENT, **old)
    yield put(item(1, "again"), ABSENT, **old)
    yield put(item(1, "again"), ABSENT)
    yield put(item(2, "waiting"), VERSION, **old)
    yield put(item(2, "late"), VERSION, **old)
    yield put(item(9, "from nowhere"), VERSION, **old)
    yield seen(client.get_item, TableName="runs", Key=key, ConsistentRead=True)
    yield put(item(7, "forgotten before") | {"sk": {"S": "lock"}}, VERSION, **old)
    yield seen(client.get_item, TableName="runs", Key=key | {"sk": {"S": "lock"}}, ConsistentRead=True)
    yield seen(client.get_item, TableName="nowhere", Key=key, ConsistentRead=True)
    yield seen(client.put_item, TableName="nowhere", Item=item(1, ""), ConditionExpression=ABSENT)


def queue_script(client: Any, url: str, dead: str, wait: Callable[[float], None]) -> Iterator[Answer]:
    """Delay, visibility, deletion, and what is received too often (twice, here)."""
    said = {"REASON": {"DataType": "String", "StringValue": "http-500"}}
    received: list[str] = []

    def receive(queue: str, **more: Any) -> Answer:
        asked = {"QueueUrl": queue, "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
        answer = client.receive_message(**asked, **more)
        received.extend(message["ReceiptHandle"] for message in answer.get("Messages", []))
        return seen(lambda: answer)

    yield seen(client.send_message, QueueUrl=url, MessageBody="first", MessageAttributes=said)
    yield receive(url)  # for the two seconds that are the queue's
    yield receive(url)
    wait(2.3)
    yield receive(url, VisibilityTimeout=0)
    yield receive(url)  # a third time: it goes where it is to go
    yield receive(dead, VisibilityTimeout=100)
    yield seen(client.delete_message, QueueUrl=dead, ReceiptHandle=received[-1])
    yield seen(client.send_message, QueueUrl=url, MessageBody="later", DelaySeconds=1)
    yield receive(url)
    wait(1.3)
    yield receive(url, VisibilityTimeout=0)
    yield seen(client.delete_message, QueueUrl=url, ReceiptHandle=received[-1])
    yield receive(url)
    yield seen(client.send_message, QueueUrl=url.replace("short", "none"), MessageBody="nowhere")


def test_the_double_of_dynamodb_answers_as_the_emulator_does(emulator: Emulator) -> None:
    real = Clients(emulator.endpoint, "eu-central-1").client("dynamodb")
    names = (("pk", "HASH"), ("sk", "RANGE"))
    real.create_table(
        TableName="runs",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
        BillingMode="PAY_PER_REQUEST",
    )
    assert list(table_script(DynamoDb("runs"))) == list(table_script(real))


def test_the_double_of_sqs_answers_as_the_emulator_does(emulator: Emulator) -> None:
    real = Clients(emulator.endpoint, "eu-central-1").client("sqs")
    dead = real.create_queue(QueueName="dead")["QueueUrl"]
    arn = real.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    attributes = {"VisibilityTimeout": "2", "RedrivePolicy": redrive}
    short = real.create_queue(QueueName="short", Attributes=attributes)["QueueUrl"]
    clock = Clock(0.0)
    double = Sqs(clock)
    double.create("dead")
    double.create("short", visibility=2.0, redrive=("dead", 2))

    def go_on(seconds: float) -> None:
        clock.seconds += seconds

    assert list(queue_script(double, "short", "dead", go_on)) == list(queue_script(real, short, dead, time.sleep))


def test_the_double_of_sqs_refuses_a_delay_that_only_the_emulator_takes() -> None:
    double = Sqs(Clock(0.0))
    double.create("short")
    assert (
        seen(double.send_message, QueueUrl="short", MessageBody="", DelaySeconds=901)["error"]
        == "InvalidParameterValue"
    )
