"""Undelivered call, read from a message of the undelivered queue or the Scheduler DLQ.

The shapes of a message:

- `proxy`: the proxy could not deliver the call. The body is the event, String attributes have the reason.
- `scheduler`: EventBridge Scheduler could not pass the event to Lambda; the body is the event.
  https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
- `lambda`: the function crashed or timed out. The record of Lambda's on-failure destination contains the event.
  https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
- `retry`: a message of the retry queue that the function never acknowledged.
- `unknown`: anything else; it is shown and kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from schedule_catalog.wording import utc_minute
from schedule_client.contract.errors import ContractError
from schedule_client.contract.ledger import KEY_REUSED
from schedule_client.contract.origins import origin_of
from schedule_client.contract.retry_message import RetryMessage
from schedule_client.contract.undelivered import Undelivered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Shape: TypeAlias = Literal["proxy", "scheduler", "lambda", "retry", "unknown"]
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = "unreadable"
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_ARN = re.compile(rf"arn:[a-z-]+:scheduler:[a-z0-9-]+:[0-9]{{12}}:schedule/{_NAME.pattern}/{_NAME.pattern}")
_TIME = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z")
SCHEDULERS = "scheduler-dlq"
"""Scheduler DLQ: the execution roles can write to it, for EventBridge Scheduler and through schedules themselves."""


@dataclass(frozen=True, slots=True)
class UndeliveredCall:
    """Call that was not delivered.

    identifier: the message's ID, the same on each receipt.
    queue: "undelivered" or "scheduler-dlq".
    at: time of the message.
    sender: SQS's SenderId: a role's unique ID, a colon and a session name.
    origin: the alias that was invoked, if the message says so.
    event: the request for the proxy; None if unreadable, which prevents a replay.
    obstacle: why it cannot be replayed; None if it can.
    """

    identifier: str
    queue: str
    shape: Shape
    at: datetime
    body: str
    sender: str = ""
    schedule: str | None = None
    arn: str | None = None
    time: str | None = None
    owner: str | None = None
    reason: str | None = None
    message: str | None = None
    status: str | None = None
    attempts: str | None = None
    run_key: str | None = None
    origin: str | None = None
    event: dict[str, Any] | None = None
    obstacle: str | None = None

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """Everything known about the call but its content, for people."""
        known = {
            "id": self.identifier,
            "queue": self.queue,
            "shape": self.shape,
            "since": utc_minute(self.at),
            "schedule": self.schedule,
            "arn": self.arn,
            "was due": self.time,
            "owner": self.owner,
            "origin": self.origin,
            "reason": self.reason,
            "message": self.message,
            "status": self.status,
            "attempts": self.attempts,
            "run key": self.run_key,
            "replay": f"not possible: {self.obstacle}" if self.obstacle else "possible",
        }
        return [(name, value) for name, value in known.items() if value is not None]

    @property
    def content(self) -> str:
        """The request for the proxy, or the message as it is if that is unreadable."""
        return self.body if self.event is None else json.dumps(self.event, ensure_ascii=False, indent=2)


def read_message(queue: str, received: Mapping[str, Any]) -> UndeliveredCall:
    """Read a message from SQS; any content is accepted. `provenance` decides about its origin."""
    attributes = _members(received.get("MessageAttributes"))
    body = str(received.get("Body", ""))
    plain = UndeliveredCall(
        str(received.get("MessageId", "")), queue, "unknown", _sent(received), body, _sender(received)
    )
    content = _members(_json(body))
    if undelivered := Undelivered.of_attributes(attributes):
        call = _of_proxy(plain, content, undelivered)
    elif "ERROR_CODE" in attributes:
        call = _of_scheduler(plain, content, _texts(attributes))
    elif "requestContext" in content and "requestPayload" in content:
        call = _of_lambda(plain, content)
    elif waiting := _retry_message(body):
        call = _of_retry_queue(plain, waiting)
    else:
        return replace(plain, reason=_UNREADABLE, obstacle="its shape is unknown: it was not written by this program")
    return _completed(call)


def _of_proxy(call: UndeliveredCall, content: dict[str, Any], undelivered: Undelivered) -> UndeliveredCall:
    return replace(
        call,
        shape="proxy",
        arn=undelivered.schedule_arn,
        time=undelivered.scheduled_time,
        owner=undelivered.owner,
        reason=undelivered.reason,
        message=undelivered.message,
        status=undelivered.status,
        attempts=undelivered.attempts,
        run_key=undelivered.run_key,
        origin=undelivered.origin,
        event=content or None,
    )


def _of_scheduler(call: UndeliveredCall, content: dict[str, Any], attributes: Mapping[str, str]) -> UndeliveredCall:
    """Message of EventBridge Scheduler; its RETRY_ATTEMPTS do not count the first attempt."""
    retries = attributes.get("RETRY_ATTEMPTS", "")
    cut = attributes.get("IS_PAYLOAD_TRUNCATED", "").lower() == "true"
    return replace(
        call,
        shape="scheduler",
        arn=attributes.get("SCHEDULE_ARN"),
        time=attributes.get("SCHEDULED_TIME"),
        reason=attributes.get("ERROR_CODE") or attributes.get("EXHAUSTED_RETRY_CONDITION"),
        message=attributes.get("ERROR_MESSAGE"),
        attempts=str(int(retries) + 1) if retries.isascii() and retries.isdigit() and len(retries) < 9 else None,
        event=None if cut else content or None,
        obstacle="EventBridge Scheduler truncated its request" if cut else None,
    )


def _of_lambda(call: UndeliveredCall, content: dict[str, Any]) -> UndeliveredCall:
    """Record of Lambda: `condition` has the reason, `responsePayload` the error of the function."""
    context, ended = _members(content["requestContext"]), _members(content.get("responsePayload"))
    kind, message = ended.get("errorType"), ended.get("errorMessage")
    said = ": ".join(str(part) for part in (kind, message) if part)
    count = context.get("approximateInvokeCount")
    return replace(
        call,
        shape="lambda",
        reason=_text(context.get("condition")),
        message=said or None,
        attempts=str(count) if isinstance(count, int) else None,
        origin=_alias(str(context.get("functionArn", ""))),
        event=_members(content["requestPayload"]) or None,
    )


def _alias(function: str) -> str | None:
    """Alias that was invoked, which is the origin; an emulator omits it."""
    return origin_of(function) if function.count(":") >= 7 else None


def _of_retry_queue(call: UndeliveredCall, waiting: RetryMessage) -> UndeliveredCall:
    """Message of the retry queue: `attempt` is the next one; a delivered run may be missing in the ledger."""
    done = waiting.unrecorded is not None and waiting.unrecorded.state == "delivered"
    return replace(
        call,
        shape="retry",
        reason=waiting.reason,
        message="the function failed on it repeatedly, and SQS moved it here",
        attempts=str(max(waiting.attempt - 1, 0)),
        origin=waiting.origin,
        event=_members(waiting.event) or None,
        obstacle="it was delivered, but the run ledger lacks that: drop it" if done else None,
    )


def _retry_message(body: str) -> RetryMessage | None:
    try:
        return RetryMessage.from_json(body)
    except ContractError:
        return None


def _completed(call: UndeliveredCall) -> UndeliveredCall:
    """Add the facts of the event and the ARN that the message lacks."""
    event = call.event or {}
    schedule = _members(event.get("schedule"))
    arn = call.arn or _text(schedule.get("arn"))
    _, _, name = (arn or "").partition(":schedule/")[2].partition("/")
    name, time = name or _text(schedule.get("name")), call.time or _text(schedule.get("time"))
    odd = _is_odd(_ARN, arn) or _is_odd(_NAME, name) or _is_odd(_TIME, time)
    call = replace(
        call,
        arn=None if _is_odd(_ARN, arn) else arn,
        schedule=None if _is_odd(_NAME, name) else name,
        time=None if _is_odd(_TIME, time) else time,
        owner=call.owner or _text(event.get("owner")),
    )
    return replace(call, obstacle=call.obstacle or _obstacle(call, odd))


def _is_odd(form: re.Pattern[str], text: str | None) -> bool:
    """Whether `text` is present but malformed: AWS would refuse it, and a terminal might interpret it."""
    return text is not None and form.fullmatch(text) is None


def _obstacle(call: UndeliveredCall, odd: bool) -> str | None:
    if odd:
        return "it names an impossible schedule or time"
    if call.reason == KEY_REUSED:
        return "its key was already used by a call with other content: schedule it with another key"
    return None if call.event else "it has no readable request"


def _texts(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(_members(value).get("StringValue", "")) for name, value in attributes.items()}


def _sender(received: Mapping[str, Any]) -> str:
    return str(_members(received.get("Attributes")).get("SenderId", ""))


def _sent(received: Mapping[str, Any]) -> datetime:
    """Time of a message; SQS counts in milliseconds."""
    text = str(_members(received.get("Attributes")).get("SentTimestamp", ""))
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return _NEVER


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _members(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
