"""Lost calls and their reports: a refusal, a crash, a missing permission, an alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from local.smoke.errors import FailedError
from local.smoke.step import SmokeStep
from schedule_client import Request

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack
    from schedule_catalog.operations import ServiceClients

Message: TypeAlias = "dict[str, Any]"
Wanted: TypeAlias = "Callable[[Message], bool]"

_DENIED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "lambda:InvokeFunction", "Resource": "*"}],
}
_POLICY = "smoke-denies"


def _refused(stack: SmokeStack) -> str:
    """A run that ends undelivered: its message, and its event by a rule of its own."""
    heard = _rule(stack)
    (made,) = stack.calls(Request(service="target", path="/refuse"))
    if (record := stack.ended(made)).state != "undelivered":
        raise FailedError(f"{made.name} is {record.state}")
    kept = _received(stack, stack.exports["undelivered_url"], _of_run(record.run_key))
    event = _received(stack, heard, _about_run(record.run_key))
    detail = json.loads(event["Body"])["detail"]
    return f"{_attribute(kept, 'REASON')} on the queue, and {detail['reason']} of {detail['stack']} on the event bus"


def _rule(stack: SmokeStack) -> str:
    """A queue for the stack's events, which goes with the stack's own."""
    sqs, events, name = stack.client("sqs"), stack.client("events"), f"{stack.name}-events"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["schedule-catalog"], "detail": {"stack": [stack.name]}}
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def forget_rule(clients: ServiceClients, stack: str) -> None:
    """Delete what `_rule` made for a stack, if it did."""
    events, sqs, name = clients.client("events"), clients.client("sqs"), f"{stack}-events"
    if events.list_rules(NamePrefix=name)["Rules"]:
        events.remove_targets(Rule=name, Ids=["queue"])
        events.delete_rule(Name=name)
    for url in sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)


def _crash(stack: SmokeStack) -> str:
    """An event at which the function itself fails: Lambda tries twice more, and keeps a record."""
    alias = f"{stack.exports['SCHEDULER_TARGET_ARN'].rpartition(':')[0]}:retry"
    stack.client("lambda").invoke(FunctionName=alias, InvocationType="Event", Payload=b'{"smoke": "crash"}')
    kept = _received(stack, stack.exports["undelivered_url"], _of_crash, 6)
    record = json.loads(kept["Body"])
    context = record.get("requestContext", {})
    return (
        f"a record with the condition {context.get('condition')}, {context.get('approximateInvokeCount')} invocations"
    )


def _denied(stack: SmokeStack) -> str:
    """The right to invoke taken away: what EventBridge Scheduler says in the dead-letter queue, and who sent it."""
    role = stack.exports["SCHEDULER_TARGET_ROLE_ARN"].rpartition("/")[2]
    iam = stack.client("iam")
    iam.put_role_policy(RoleName=role, PolicyName=_POLICY, PolicyDocument=json.dumps(_DENIED))
    try:
        (made,) = stack.calls(Request(service="target", path="/ok"))
        url = stack.exports["scheduler_dlq_url"]
        kept = _received(stack, url, _of_schedule(made.name), 11)
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName=_POLICY)
    sender = kept["Attributes"]["SenderId"]
    if (origin := stack.deployed.origin_of_sender(sender)) is None:
        raise FailedError(f"the sender {sender} is not an execution role of the stack")
    names = ", ".join(sorted(kept["MessageAttributes"]))
    return f"{_attribute(kept, 'ERROR_CODE')}, sent by the role of {origin}; attributes {names}"


def _alarms(stack: SmokeStack) -> str:
    def moved() -> list[str] | None:
        found = stack.client("cloudwatch").describe_alarms(AlarmNamePrefix=stack.names.prefix, StateValue="ALARM")
        names = [each["AlarmName"] for each in found["MetricAlarms"]]
        return names if any("undelivered" in each for each in names) else None

    return f"in alarm: {', '.join(stack.eventually('the alarm on undelivered runs begins', moved, 11))}"


def _received(stack: SmokeStack, url: str, wanted: Wanted, times: int = 2) -> dict[str, Any]:
    """The message that is wanted; it is left in its queue."""
    sqs = stack.client("sqs")

    def look() -> dict[str, Any] | None:
        asked = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"], "VisibilityTimeout": 1}
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **asked).get("Messages", [])
        return next((each for each in found if wanted(each)), None)

    return stack.eventually(f"a message is on {url.rpartition('/')[2]}", look, times)


def _of_run(key: str) -> Wanted:
    return lambda message: _attribute(message, "RUN_KEY") == key


def _about_run(key: str) -> Wanted:
    return lambda message: json.loads(message["Body"])["detail"]["run_key"] == key


def _of_crash(message: Message) -> bool:
    return '"smoke"' in message["Body"]


def _of_schedule(name: str) -> Wanted:
    return lambda message: _attribute(message, "SCHEDULE_ARN").endswith(f"/{name}")


def _attribute(message: Message, name: str) -> str:
    return str(message.get("MessageAttributes", {}).get(name, {}).get("StringValue", ""))


FAILURES = (
    SmokeStep("undelivered run", _refused),
    SmokeStep("crash", _crash),
    SmokeStep("invoke right", _denied),
    SmokeStep("alarms", _alarms),
)
