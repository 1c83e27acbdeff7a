"""Calls: from a schedule to the ledger and the metrics, through many retries, and many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from local.smoke.errors import FailedError, SkippedError
from local.smoke.stack import due_of
from local.smoke.step import SmokeStep
from schedule_client import Request, Retry
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: Lambda cuts a loop after about 16 rounds.
ATTEMPTS = 18
_CROWD = 50


def _call(stack: SmokeStack) -> str:
    (made,) = stack.calls(Request(service="target", path="/ok"))
    record = stack.ended(made)
    if record.state != "delivered":
        raise FailedError(f"{made.name} is {record.state}: {record.reason}")
    return f"{made.name}, due {due_of(made):%H:%M:%S}, is delivered by {record.updated}"


def _metrics(stack: SmokeStack) -> str:
    def counted() -> list[str] | None:
        found = stack.client("cloudwatch").list_metrics(Namespace="ScheduleCatalog", RecentlyActive="PT3H")["Metrics"]
        ours = {each["MetricName"] for each in found if {"Name": "Stack", "Value": stack.name} in each["Dimensions"]}
        return sorted(ours) or None

    return f"CloudWatch has {', '.join(stack.eventually('CloudWatch has metrics of the stack', counted, 6))}"


def _busy(stack: SmokeStack) -> str:
    """Begin what takes an hour or two; `_rounds` looks at it when everything else was seen."""
    (stack.slow,) = stack.calls(Request(service="target", path="/busy", retry=Retry(ATTEMPTS, 24 * 60)))
    return f"{stack.slow.name} is answered 503 with Retry-After: 1, {ATTEMPTS} times"


def _rounds(stack: SmokeStack) -> str:
    if stack.slow is None:
        raise SkippedError("its call was not made")
    record = stack.ended(stack.slow, 180)
    if (record.attempt, record.reason) != (ATTEMPTS, "http-503"):
        raise FailedError(f"{record.state} after {record.attempt} attempts: {record.reason}")
    return f"{record.attempt} attempts, the last at {record.updated}"


def _crowd(stack: SmokeStack) -> str:
    executions = stack.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    count = min(_CROWD, executions // 2)
    if count < 2:
        raise SkippedError(f"the account has {executions} concurrent executions")
    made = stack.calls(Request(service="target", path="/ok"), count)
    records = [stack.ended(each) for each in made]
    failed = [record.reason for record in records if record.state != "delivered"]
    if failed:
        raise FailedError(f"{len(failed)} of {count} calls of one minute are not delivered: {failed[0]}")
    late = max(read_instant(record.updated) for record in records) - due_of(made[0])
    return (
        f"{count} calls of one minute are delivered, the last {max(late, timedelta()).total_seconds():.0f} s after it"
    )


DELIVERIES = (
    SmokeStep("scheduled call", _call),
    SmokeStep("metrics", _metrics),
    SmokeStep("503s", _busy),
    SmokeStep("crowded minute", _crowd),
)
RETRIES = (SmokeStep("retry loop", _rounds),)
