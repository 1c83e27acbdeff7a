"""The doubles of Lambda invoke as often, and keep the same, as the emulator does."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

from local.clients import Clients
from local.simulation.clock import Clock
from local.simulation.functions import FunctionError, Functions
from local.simulation.mapping import Mapping
from tests.local.simulation.queues import doubled_queues, made_queues

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

# A function that says what it is invoked with, and does what it is told to: the same text for the emulator and here.
CODE = """
def told(event, arn):
    body = event["Records"][0]["body"] if "Records" in event else event["do"]
    return [arn.rpartition(":")[2], body, len(event.get("Records", ()))]

def do(event):
    record = event["Records"][0] if "Records" in event else None
    body = record["body"] if record else event["do"]
    if body == "raise":
        raise ValueError("as told")
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if record and body == "give back" else []}
"""
HANDLER = """
import json
def handle(event, context):
    print(json.dumps(told(event, context.invoked_function_arn)))
    return do(event)
"""
DEEDS = ("answer", "raise", "give back")
# What becomes of each: by the alias for events three attempts, by the one for messages two receives.
INVOCATIONS = {"events": {"answer": 1, "raise": 3, "give back": 1}, "retry": {"answer": 1, "raise": 2, "give back": 2}}


def left(client: Any, url: str) -> list[Any]:
    """The bodies on a queue, in an order of their own; of an envelope of Lambda's what AWS and emulator both tell."""
    answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    found: list[Any] = []
    for message in answer.get("Messages", []):
        body = json.loads(message["Body"]) if message["Body"].startswith(("{", "[")) else message["Body"]
        if "requestContext" in body:
            context = body["requestContext"]
            body = [body["requestPayload"], context["condition"], context["approximateInvokeCount"]]
        found.append(body)
    return sorted(found, key=repr)


def doubled_function() -> tuple[list[Any], list[Any], list[Any]]:
    """The invocations, and what is left on the queues of failed events and of messages given up."""
    clock, invocations = Clock(0.0), list[Any]()
    sqs = doubled_queues(clock, "given-up", "waiting", visibility=3)
    sqs.create("failed")
    code: dict[str, Any] = {}
    exec(CODE, code)

    def run(event: Any, function: str, request_id: str) -> Any:
        invocations.append(code["told"](event, function))
        try:
            return code["do"](event)
        except ValueError as error:
            raise FunctionError("ValueError", str(error)) from None

    functions = Functions(clock, run, sqs, on_failure="failed")
    mapping = Mapping(run, sqs, "waiting", "one:retry")
    sqs.watch("waiting", lambda seconds: clock.at(seconds, mapping.poll))
    clock.at(0.0, lambda: ask(functions, "one:events", sqs, "waiting"))
    clock.run()
    assert not sqs.messages("waiting")
    return invocations, left(sqs, "failed"), left(sqs, "given-up")


def ask(functions: Any, name: str, queues: Any, url: str) -> None:
    for deed in DEEDS:
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"do": deed}))
        queues.send_message(QueueUrl=url, MessageBody=deed)


def emulated_function(emulator: Emulator) -> tuple[list[Any], list[Any], list[Any]]:
    aws = Clients(emulator.endpoint, "eu-central-1")
    sqs, functions = aws.client("sqs"), aws.client("lambda")
    # Longer than an invocation takes on a busy machine: it would be invoked again before it has answered.
    given_up, waiting = made_queues(sqs, "given-up", "waiting", visibility=12)
    failed = sqs.create_queue(QueueName="failed")["QueueUrl"]
    arn = "arn:aws:{}:eu-central-1:000000000000:{}"
    aws.client("logs").create_log_group(logGroupName="/aws/lambda/one")
    functions.create_function(
        FunctionName="one",
        Runtime="python3.13",
        Handler="one.handle",
        Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": zipped("one.py", CODE + HANDLER)},
        Timeout=30,
        Publish=True,
    )
    for alias in INVOCATIONS:
        functions.create_alias(FunctionName="one", Name=alias, FunctionVersion="1")
    destination = {"OnFailure": {"Destination": arn.format("sqs", "failed")}}
    functions.put_function_event_invoke_config(FunctionName="one", Qualifier="events", DestinationConfig=destination)
    functions.create_event_source_mapping(
        EventSourceArn=arn.format("sqs", "waiting"),
        FunctionName=arn.format("lambda", "function:one:retry"),
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    ask(functions, arn.format("lambda", "function:one:events"), sqs, waiting)
    wanted = sum(sum(deeds.values()) for deeds in INVOCATIONS.values())
    invocations: list[Any] = []
    deadline = time.monotonic() + 180
    while len(invocations) < wanted or not left(sqs, failed) or len(left(sqs, given_up)) < 2:
        assert time.monotonic() < deadline, (
            f"only {Counter(map(str, invocations))} {left(sqs, failed)} {left(sqs, given_up)}"
        )
        events = aws.client("logs").filter_log_events(logGroupName="/aws/lambda/one")["events"]
        invocations = [json.loads(one["message"]) for one in events if one["message"].startswith('["')]
        time.sleep(0.1)
    return invocations, left(sqs, failed), left(sqs, given_up)


def zipped(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, text)
    return content.getvalue()


def test_the_doubles_of_lambda_invoke_as_often_and_keep_the_same_as_the_emulator_does(emulator: Emulator) -> None:
    ours, theirs = doubled_function(), emulated_function(emulator)

    assert ours[1:] == theirs[1:]
    assert sorted(ours[0]) == sorted(theirs[0])
    counted = Counter((alias, deed) for alias, deed, _ in ours[0])
    assert counted == {(alias, deed): count for alias, deeds in INVOCATIONS.items() for deed, count in deeds.items()}
