"""The doubles of AWS answer the same scripts of calls as the emulator does.

They stand for AWS in the simulation and in the proxy's tests, interleavings and races. Where the emulator is known to
differ from AWS, the double follows AWS, and a test of its own says so. Those of Lambda are in `test_functions.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.clients import Clients
from local.simulation.clock import Clock
from local.simulation.dynamodb import ABSENT, VERSION, DynamoDb
from local.simulation.parameters import Parameters
from local.simulation.proxy_aws import ClientsAws
from local.simulation.sqs import Sqs
from proxy.aws import Aws, AwsRequestError
from tests.local.simulation.queues import doubled_queues, made_queues
from tests.proxy.emulated import emulated_aws

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
    for pk, sk in (("p" * 2048, "s" * 1024), ("ü" * 1024, "ü" * 512), ("p" * 2049, "s"), ("ü" * 1025, "s")):
        yield from put_and_get(client, pk, sk)
    for pk, sk in (("p", "s" * 1025), ("p", "ü" * 513), ("", "s"), ("p", "")):
        yield from put_and_get(client, pk, sk)
    yield put(item(1, "x" * 409_000) | {"sk": {"S": "large"}}, ABSENT)
    yield put(item(1, "x" * 410_000) | {"sk": {"S": "too large"}}, ABSENT)
    yield put({"pk": {"S": "no sort key"}}, ABSENT)


def put_and_get(client: Any, pk: str, sk: str) -> Iterator[Answer]:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    yield seen(client.put_item, TableName="runs", Item=item(1, "kept") | key, ConditionExpression=ABSENT)
    yield seen(client.get_item, TableName="runs", Key=key, ConsistentRead=True)


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
    for number in range(12):
        yield seen(client.send_message, QueueUrl=url, MessageBody=f"one of many, {number}")
    for most in (0, 11):
        yield seen(client.receive_message, QueueUrl=url, MaxNumberOfMessages=most)
    yield receive(url, MaxNumberOfMessages=10)
    yield receive(url, MaxNumberOfMessages=10)
    for receipt in received[-12:]:
        yield seen(client.delete_message, QueueUrl=url, ReceiptHandle=receipt)
    yield seen(client.delete_message, QueueUrl=url, ReceiptHandle="of no message")
    nowhere = url.replace("short", "none")
    yield seen(client.send_message, QueueUrl=nowhere, MessageBody="nowhere")
    yield seen(client.receive_message, QueueUrl=nowhere)
    yield seen(client.delete_message, QueueUrl=nowhere, ReceiptHandle=received[-1])


def body_script(client: Any, url: str) -> Iterator[Answer]:
    """Which messages a queue takes: by their characters and their bytes."""
    refused = ("\x00", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff")
    taken = ("\t", "\n", "\r", " ", "\x7f", "\ud7ff", "\ue000", "\ufffd", "\U00010000", "\U0001ffff", "\U0010ffff")
    for character in (*refused, *taken):
        yield seen(client.send_message, QueueUrl=url, MessageBody=f"a{character}b")
    for body in ("", "x", "x" * 1024 * 1024, "x" * (1024 * 1024 + 1), "ü" * 512 * 1024, "ü" * 512 * 1024 + "x"):
        yield seen(client.send_message, QueueUrl=url, MessageBody=body)
    named = {f"NAME_{number}": {"DataType": "String", "StringValue": "value"} for number in range(10)}
    yield seen(client.send_message, QueueUrl=url, MessageBody="with ten", MessageAttributes=named)
    yield seen(client.send_message, QueueUrl=url, MessageBody="longest", DelaySeconds=900)


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
    dead, short = made_queues(real, "dead", "short", visibility=2)
    clock = Clock(0.0)
    double = doubled_queues(clock, "dead", "short", visibility=2)

    def go_on(seconds: float) -> None:
        clock.seconds += seconds

    assert list(queue_script(double, "short", "dead", go_on)) == list(queue_script(real, short, dead, time.sleep))
    assert list(body_script(double, "dead")) == list(body_script(real, dead))


def test_the_double_of_sqs_refuses_what_aws_does_and_the_emulator_takes() -> None:
    double = Sqs(Clock(0.0))
    double.create("short")

    def error(body: str = "x", delay: int = 0, **attributes: str) -> str | None:
        named = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        asked = {"QueueUrl": "short", "MessageBody": body, "DelaySeconds": delay, "MessageAttributes": named}
        return seen(double.send_message, **asked).get("error")

    assert error(delay=901) == "InvalidParameterValue"
    assert error(delay=-1) == "InvalidParameterValue"
    assert error(REASON="") == "InvalidParameterValue"
    assert error(REASON="a\x00b") == "InvalidParameterValue"
    eleven = {f"NAME_{number}": "x" for number in range(11)}
    assert error("x", 0, **eleven) == "InvalidParameterValue"
    # Names, types and values count: 1 MiB in all.
    assert error("x" * (1024 * 1024 - 17), REASON="value") is None
    assert error("x" * (1024 * 1024 - 16), REASON="value") == "InvalidParameterValue"


def test_the_double_of_sqs_takes_an_old_receipt_as_aws_does_and_the_emulator_does_not() -> None:
    clock = Clock(0.0)
    double = Sqs(clock)
    double.create("short", visibility=1.0)
    double.send_message(QueueUrl="short", MessageBody="x")
    receipts = []
    for _ in range(2):
        receipts.append(double.receive_message(QueueUrl="short")["Messages"][0]["ReceiptHandle"])
        clock.seconds += 2

    assert double.delete_message(QueueUrl="short", ReceiptHandle=receipts[0]) == {}
    assert len(double.messages("short")) == 1, "which may, and here does, leave the message"
    for _ in range(2):
        assert double.delete_message(QueueUrl="short", ReceiptHandle=receipts[1]) == {}
    assert not double.messages("short")


def parameter_script(ssm: Any, secrets: Any) -> Iterator[Answer]:
    def read(call: Callable[..., Any], **asked: Any) -> Answer:
        try:
            answer = call(**asked)
        except ClientError as error:
            return {"error": error.response.get("Error", {}).get("Code")}
        value = answer.get("Parameter", answer)
        return {name: value[name] for name in ("Value", "SecretString", "SecretBinary") if name in value}

    for name in ("/known", "/unknown"):
        yield read(ssm.get_parameter, Name=name, WithDecryption=True)
    for name in ("/text", "/bytes", "/unknown"):
        yield read(secrets.get_secret_value, SecretId=name)


def test_the_doubles_of_parameters_and_secrets_answer_as_the_emulator_does(emulator: Emulator) -> None:
    aws = Clients(emulator.endpoint, "eu-central-1")
    ssm, secrets = aws.client("ssm"), aws.client("secretsmanager")
    ssm.put_parameter(Name="/known", Value="value", Type="SecureString")
    secrets.create_secret(Name="/text", SecretString="text")
    secrets.create_secret(Name="/bytes", SecretBinary=b"\x00\xff")
    double = Parameters({"/known": "value"}, {"/text": "text", "/bytes": b"\x00\xff"})

    assert list(parameter_script(double, double)) == list(parameter_script(ssm, secrets))


def proxy_script(aws: Aws, queue: str) -> Iterator[Answer]:
    """Each request of the proxy's, with the answers that it tells apart."""

    def asked(service: str, operation: str, **members: Any) -> Answer:
        try:
            answer = aws(service, operation, members)
        except AwsRequestError as error:
            return {"error": error.code, "item": error.answer.get("Item")}
        told = answer.get("Parameter", answer)
        names = ("Item", "Value", "SecretString", "SecretBinary")
        return {name: told[name] for name in names if name in told} | {"sent": "MessageId" in answer}

    for version in (1, 1, 2):
        put = {"TableName": "proxied", "Item": item(version, "ä"), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        yield asked("dynamodb", "PutItem", ConditionExpression=ABSENT, **put)
    key = {name: item(1, "")[name] for name in ("pk", "sk")}
    yield asked("dynamodb", "GetItem", TableName="proxied", Key=key, ConsistentRead=True)
    yield asked("dynamodb", "GetItem", TableName="proxied", Key=key | {"sk": {"S": "none"}}, ConsistentRead=True)
    yield asked("dynamodb", "GetItem", TableName="nowhere", Key=key, ConsistentRead=True)
    yield asked("dynamodb", "PutItem", TableName="proxied", Item=item(1, "") | {"pk": {"S": ""}})
    said = {"REASON": {"DataType": "String", "StringValue": "größer"}}
    for body in ("größer", "a\x00b", "x" * (1024 * 1024 + 1)):
        group = {"MessageGroupId": "catalog/billing"}
        yield asked("sqs", "SendMessage", QueueUrl=queue, MessageBody=body, MessageAttributes=said, **group)
    yield asked("sqs", "SendMessage", QueueUrl=queue.replace("proxied", "none"), MessageBody="nowhere")
    for name in ("/proxied", "/unknown"):
        yield asked("ssm", "GetParameter", Name=name, WithDecryption=True)
    for name in ("/proxied-text", "/proxied-bytes", "/unknown"):
        yield asked("secretsmanager", "GetSecretValue", SecretId=name)


def test_the_doubles_answer_the_proxys_own_requests_as_the_emulator_does(emulator: Emulator) -> None:
    real = Clients(emulator.endpoint, "eu-central-1").client
    names = (("pk", "HASH"), ("sk", "RANGE"))
    real("dynamodb").create_table(
        TableName="proxied",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
        BillingMode="PAY_PER_REQUEST",
    )
    url = real("sqs").create_queue(QueueName="proxied")["QueueUrl"]
    real("ssm").put_parameter(Name="/proxied", Value="größer", Type="SecureString")
    real("secretsmanager").create_secret(Name="/proxied-text", SecretString="text")
    real("secretsmanager").create_secret(Name="/proxied-bytes", SecretBinary=b"\x00\xff")
    kept = Parameters({"/proxied": "größer"}, {"/proxied-text": "text", "/proxied-bytes": b"\x00\xff"})
    queues = Sqs(Clock(0.0))
    queues.create("proxied")
    doubles = {"dynamodb": DynamoDb("proxied"), "sqs": queues, "ssm": kept, "secretsmanager": kept}

    ours = list(proxy_script(ClientsAws(lambda service: doubles[service]), "proxied"))
    assert ours == list(proxy_script(emulated_aws(emulator), url))
