"""A message of one of the two queues that keep what was not delivered: every shape that is written there, read once.

- `proxy`: the proxy gave up. The body is the event, String attributes tell why.
- `scheduler`: EventBridge Scheduler could not hand the event to Lambda; the body is the event.
  https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
- `lambda`: the function crashed or timed out. The record of Lambda's on-failure destination has the event in it.
  https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
- `retry`: a message of the retry queue that the function never acknowledged.
- `unknown`: anything else, which is shown and kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from schedule_client.contract import KEY_REUSED, ContractError, RetryMessage, Undelivered, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape: TypeAlias = Literal["proxy", "scheduler", "lambda", "retry", "unknown"]
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = "unreadable"
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_ARN = re.compile(rf"arn:[a-z-]+:scheduler:[a-z0-9-]+:[0-9]{{12}}:schedule/{_NAME.pattern}/{_NAME.pattern}")
_TIME = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z")
SCHEDULERS = "scheduler-dlq"
"""The queue that the execution roles write: EventBridge Scheduler for every schedule, and schedules themselves."""


@dataclass(frozen=True, slots=True)
class UndeliveredCall:
    """One call that was not delivered.

    identifier: the message's own, the same however often it is received.
    queue: "undelivered" or "scheduler-dlq".
    at: when it was put there.
    sender: SQS's SenderId: a role's unique id, a colon and the name of a session of it.
    origin: the alias that the call came by, where the message says it.
    event: the request as the proxy would receive it; None where it cannot be told, and then it cannot be replayed.
    obstacle: why it cannot be replayed; None when it can.
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


def read_message(queue: str, received: Mapping[str, Any]) -> UndeliveredCall:
    """Read a message as SQS gives it; whatever is in it, there is a call. `provenance.judged` says whose it is."""
    attributes = _members(received.get("MessageAttributes"))
    body = str(received.get("Body", ""))
    plain = UndeliveredCall(
        str(received.get("MessageId", "")), queue, "unknown", _sent(received), body, _sender(received)
    )
    content = _members(_json(body))
    if undelivered := Undelivered.of_attributes(attributes):
        letter = _of_proxy(plain, content, undelivered)
    elif "ERROR_CODE" in attributes:
        letter = _of_scheduler(plain, content, _texts(attributes))
    elif "requestContext" in content and "requestPayload" in content:
        letter = _of_lambda(plain, content)
    elif waiting := _retry_message(body):
        letter = _of_retry_queue(plain, waiting)
    else:
        return replace(plain, reason=_UNREADABLE, obstacle="its shape is not known: no part of this program wrote it")
    return _completed(letter)


def _of_proxy(letter: UndeliveredCall, content: dict[str, Any], undelivered: Undelivered) -> UndeliveredCall:
    return replace(
        letter,
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


def _of_scheduler(letter: UndeliveredCall, content: dict[str, Any], attributes: Mapping[str, str]) -> UndeliveredCall:
    """Its RETRY_ATTEMPTS do not count the first one."""
    retries = attributes.get("RETRY_ATTEMPTS", "")
    cut = attributes.get("IS_PAYLOAD_TRUNCATED", "").lower() == "true"
    return replace(
        letter,
        shape="scheduler",
        arn=attributes.get("SCHEDULE_ARN"),
        time=attributes.get("SCHEDULED_TIME"),
        reason=attributes.get("ERROR_CODE") or attributes.get("EXHAUSTED_RETRY_CONDITION"),
        message=attributes.get("ERROR_MESSAGE"),
        attempts=str(int(retries) + 1) if retries.isascii() and retries.isdigit() and len(retries) < 9 else None,
        event=None if cut else content or None,
        obstacle="EventBridge Scheduler cut its request short" if cut else None,
    )


def _of_lambda(letter: UndeliveredCall, content: dict[str, Any]) -> UndeliveredCall:
    """`condition` says why Lambda gave up, `responsePayload` what the function ended with."""
    context, ended = _members(content["requestContext"]), _members(content.get("responsePayload"))
    kind, message = ended.get("errorType"), ended.get("errorMessage")
    said = ": ".join(str(part) for part in (kind, message) if part)
    count = context.get("approximateInvokeCount")
    return replace(
        letter,
        shape="lambda",
        reason=_text(context.get("condition")),
        message=said or None,
        attempts=str(count) if isinstance(count, int) else None,
        origin=_alias(str(context.get("functionArn", ""))),
        event=_members(content["requestPayload"]) or None,
    )


def _alias(function: str) -> str | None:
    """The alias that was invoked, which is the origin; an emulator leaves it out."""
    return origin_of(function) if function.count(":") >= 7 else None


def _of_retry_queue(letter: UndeliveredCall, waiting: RetryMessage) -> UndeliveredCall:
    """`attempt` is the one to be made; a run may have been delivered without the ledger having been told."""
    done = waiting.unrecorded is not None and waiting.unrecorded.state == "delivered"
    return replace(
        letter,
        shape="retry",
        reason=waiting.reason,
        message="the function ended on it again and again, and SQS moved it here",
        attempts=str(max(waiting.attempt - 1, 0)),
        origin=waiting.origin,
        event=_members(waiting.event) or None,
        obstacle="it was delivered, and only the run ledger does not know: drop it" if done else None,
    )


def _retry_message(body: str) -> RetryMessage | None:
    try:
        return RetryMessage.from_json(body)
    except ContractError:
        return None


def _completed(letter: UndeliveredCall) -> UndeliveredCall:
    """Take from the event and the ARN what the message itself does not say."""
    event = letter.event or {}
    schedule = _members(event.get("schedule"))
    arn = letter.arn or _text(schedule.get("arn"))
    _, _, name = (arn or "").partition(":schedule/")[2].partition("/")
    name, time = name or _text(schedule.get("name")), letter.time or _text(schedule.get("time"))
    odd = _is_odd(_ARN, arn) or _is_odd(_NAME, name) or _is_odd(_TIME, time)
    letter = replace(
        letter,
        arn=None if _is_odd(_ARN, arn) else arn,
        schedule=None if _is_odd(_NAME, name) else name,
        time=None if _is_odd(_TIME, time) else time,
        owner=letter.owner or _text(event.get("owner")),
    )
    return replace(letter, obstacle=letter.obstacle or _obstacle(letter, odd))


def _is_odd(form: re.Pattern[str], text: str | None) -> bool:
    """Whether `text` is there and is not what it should be: AWS would refuse it, and a terminal obey it."""
    return text is not None and form.fullmatch(text) is None


def _obstacle(letter: UndeliveredCall, odd: bool) -> str | None:
    if odd:
        return "it names a schedule or a time that there cannot be"
    if letter.reason == KEY_REUSED:
        return "its key was used before, by a call with other content: schedule it under a key of its own"
    return None if letter.event else "it holds no request that can be read"


def _texts(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(_members(value).get("StringValue", "")) for name, value in attributes.items()}


def _sender(received: Mapping[str, Any]) -> str:
    return str(_members(received.get("Attributes")).get("SenderId", ""))


def _sent(received: Mapping[str, Any]) -> datetime:
    """SQS counts in milliseconds."""
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
