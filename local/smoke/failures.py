"""Lost calls and their reports: a refusal, a crash, a missing permission, an alarm."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from local.smoke.errors import FailedError
from local.smoke.step import SmokeStep
from schedule_catalog.operations import UndeliveredQueues, replay
from schedule_client import Request
from schedule_client.contract.origins import ADHOC

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations import ServiceClients

Message: TypeAlias = "dict[str, Any]"
Wanted: TypeAlias = "Callable[[Message], bool]"

_POLICY, _MOST = "smoke-denies", 100


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


def restore_rights(clients: ServiceClients, names: Names) -> None:
    """Give back the rights that a run has taken away and not returned, as it was killed: a role with them stays."""
    iam = clients.client("iam")
    for role in (names.proxy_role, names.execution_role(ADHOC)):
        with suppress(iam.exceptions.NoSuchEntityException):
            iam.delete_role_policy(RoleName=role, PolicyName=_POLICY)


def _crash(stack: SmokeStack) -> str:
    """The proxy without its stores: it fails, Lambda tries twice more and keeps a record, which can be replayed."""
    retry_queue = f"{stack.exports['SCHEDULER_DLQ_ARN'].rpartition(':')[0]}:{stack.names.retry_queue}"
    stores = (("dynamodb:*", "*"), ("sqs:SendMessage", retry_queue))
    with _denying(stack, stack.names.proxy_role, *stores):
        (made,) = stack.calls(Request(service="target", path="/ok"))
        kept = _received(stack, stack.exports["undelivered_url"], _of_crash(made.name), 9)
    context = json.loads(kept["Body"])["requestContext"]
    _replay(stack, kept["MessageId"])
    if (record := stack.ended(made, 6)).state != "delivered":
        raise FailedError(f"{made.name} is {record.state} after its replay")
    count = context.get("approximateInvokeCount")
    return f"a record with the condition {context.get('condition')}, {count} invocations; its replay is delivered"


def _replay(stack: SmokeStack, identifier: str) -> None:
    def found() -> bool:
        with UndeliveredQueues(stack.deployed) as queues:
            for call in queues.read(_MOST, lambda found: identifier in found):
                if call.identifier == identifier:
                    replay(stack.deployed, queues, call, datetime.now(UTC), uuid.uuid4().hex)
                    return True
        return False

    stack.eventually("the record can be replayed", found)


def _denied(stack: SmokeStack) -> str:
    """The right to invoke taken away: what EventBridge Scheduler says in the dead-letter queue, and who sent it."""
    role = stack.exports["SCHEDULER_TARGET_ROLE_ARN"].rpartition("/")[2]
    with _denying(stack, role, ("lambda:InvokeFunction", "*")):
        (made,) = stack.calls(Request(service="target", path="/ok"))
        kept = _received(stack, stack.exports["scheduler_dlq_url"], _of_schedule(made.name), 11)
    sender = kept["Attributes"]["SenderId"]
    if (origin := stack.deployed.origin_of_sender(sender)) is None:
        raise FailedError(f"the sender {sender} is not an execution role of the stack")
    names = ", ".join(sorted(kept["MessageAttributes"]))
    return f"{_attribute(kept, 'ERROR_CODE')}, sent by the role of {origin}; attributes {names}"


@contextmanager
def _denying(stack: SmokeStack, role: str, *statements: tuple[str, str]) -> Generator[None]:
    """Take rights away from a role: pairs of an action and a resource."""
    denied = [{"Effect": "Deny", "Action": action, "Resource": resource} for action, resource in statements]
    document = json.dumps({"Version": "2012-10-17", "Statement": denied})
    stack.client("iam").put_role_policy(RoleName=role, PolicyName=_POLICY, PolicyDocument=document)
    try:
        yield
    finally:
        stack.client("iam").delete_role_policy(RoleName=role, PolicyName=_POLICY)


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


def _of_crash(name: str) -> Wanted:
    return lambda message: "requestContext" in message["Body"] and f"/{name}" in message["Body"]


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
