"""Conditions for alarms, on metrics of CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infra.regions import detects_loops
from infra.table_places import THROTTLED, table_places
from schedule_catalog.settings import BUILT_IN_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    import pulumi

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings

OWN_METRICS = "ScheduleCatalog"
"""Namespace of the proxy's own metrics (`proxy.metrics`)."""
NOBODY = "none"
"""Owner of calls that name no owner."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# A heartbeat that is sometimes late does not count as missing.
_SHORTEST_SILENCE, _INTERVALS = 15 * _MINUTE, 3


@dataclass(frozen=True, slots=True)
class Condition:
    """Metric that is above a threshold in `of` periods of the last `within`.

    name: end of the alarm's name.
    runbook: heading of the runbook in docs/alarms.md.
    below: whether it must be below the threshold; missing data then counts as too little.
    held: whether the alarm stays without data; otherwise missing data is fine.
    statistic: CloudWatch's name of one, or a percentile such as `p90`.
    topic: ARN of the recipient, instead of the stack's.
    """

    name: str
    runbook: str
    means: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Sum"
    threshold: float = 0
    below: bool = False
    held: bool = False
    period_seconds: int = _MINUTE
    of: int = 1
    within: int = 1
    topic: str | None = field(default=None)


def conditions(
    names: Names, settings: Settings, api_id: pulumi.Input[str], promised: timedelta | None
) -> tuple[Condition, ...]:
    """Return every way in which the stack can lose a call, or is about to.

    *promised* is the longest interval in which the catalog promises a fire, if there is one.
    """
    return (
        *_of_queues(names),
        *_of_scheduler(names),
        *_of_proxy(names),
        *_of_tables(names, settings),
        *_of_callback(names, api_id),
        *_of_calls(names, settings),
        *_of_silence(names, promised),
    )


# A queue without requests for six hours has no data, whatever it contains, and an emptied one reports 0:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
def _of_queues(names: Names) -> Iterator[Condition]:
    visible = Condition(
        name="undelivered",
        runbook="undelivered",
        means="undelivered calls wait for a person",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": names.undelivered},
        statistic="Maximum",
        held=True,
    )
    yield visible
    yield replace(
        visible,
        name="not-handed-over",
        runbook="not-handed-over",
        means="EventBridge Scheduler could not pass calls to the proxy",
        dimensions={"QueueName": names.scheduler_dlq},
    )
    # No message waits longer than SQS's longest delay, 15 minutes: the proxy sends it on. An empty queue has no age.
    yield replace(
        visible,
        name="retries-stuck",
        runbook="retries-stuck",
        means="calls that wait for their next attempt are not processed",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": names.retry_queue},
        threshold=_HOUR,
        held=False,
        period_seconds=5 * _MINUTE,
    )


# The gaps between retries of one call grow, so that its bad minutes are never many in a row:
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
def _of_scheduler(names: Names) -> Iterator[Condition]:
    for origin, group in (("catalog", names.catalog_group), ("adhoc", names.adhoc_group)):
        dropped = Condition(
            name=f"{origin}-dropped",
            runbook="dropped",
            means=f"EventBridge Scheduler dropped calls of {origin} after its retries",
            namespace="AWS/Scheduler",
            metric="InvocationDroppedCount",
            dimensions={"ScheduleGroup": group},
        )
        yield dropped
        yield replace(
            dropped,
            name=f"{origin}-lost",
            runbook="lost",
            means=f"a dropped call of {origin} did not reach its dead-letter queue",
            metric="InvocationsFailedToBeSentToDeadLetterCount",
        )
        yield replace(
            dropped,
            name=f"{origin}-target-errors",
            runbook="target-errors",
            means=f"Lambda refuses calls of {origin}, and EventBridge Scheduler retries",
            metric="TargetErrorCount",
            of=3,
            within=15,
        )
        yield replace(
            dropped,
            name=f"{origin}-throttled",
            runbook="throttled",
            means=f"calls of {origin} are late: too many at once for the account",
            metric="InvocationThrottleCount",
            of=5,
            within=15,
        )


# Lambda starts an event again after a second, and in the end every five minutes:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
def _of_proxy(names: Names) -> Iterator[Condition]:
    crashed = Condition(
        name="proxy-errors",
        runbook="proxy-errors",
        means="the proxy crashed, ran out of time, or could not pass a call on",
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": names.proxy},
    )
    yield crashed
    loops = (
        "RecursiveInvocationsDropped",
        "proxy-recursion",
        "Lambda stopped the retries as a recursive loop",
    )
    for metric, name, means in (
        ("DestinationDeliveryFailures", "proxy-destination", "a crashed call did not reach the undelivered queue"),
        ("AsyncEventsDropped", "proxy-dropped", "Lambda dropped calls that it never started"),
        *((loops,) if detects_loops(names.region) else ()),
    ):
        yield replace(crashed, name=name, runbook=name, means=means, metric=metric)
    yield replace(
        crashed,
        name="proxy-throttled",
        runbook="proxy-throttled",
        means="Lambda has no capacity to start the proxy: calls wait",
        metric="Throttles",
        of=3,
        within=15,
    )
    yield replace(
        crashed,
        name="proxy-waiting",
        runbook="proxy-throttled",
        means="calls wait for minutes until Lambda starts the proxy",
        metric="AsyncEventAge",
        statistic="Maximum",
        threshold=5 * _MINUTE * 1000,
    )


def _of_tables(names: Names, settings: Settings) -> Iterator[Condition]:
    for place in table_places(names, settings):
        for metric in THROTTLED:
            yield Condition(
                name=f"{place.name}-{metric.removesuffix('ThrottleEvents').lower()}s-throttled",
                runbook="table-throttled",
                means=f"{place.means} gets more requests than DynamoDB allows",
                namespace="AWS/DynamoDB",
                metric=metric,
                dimensions=place.dimensions,
                of=3,
                within=5,
            )


# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
def _of_callback(names: Names, api_id: pulumi.Input[str]) -> Iterator[Condition]:
    crashed = Condition(
        name=f"{BUILT_IN_SERVICE}-errors",
        runbook="callback-errors",
        means="the callback service crashed or ran out of time",
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": names.callback},
    )
    yield crashed
    yield replace(
        crashed,
        name=f"{BUILT_IN_SERVICE}-throttled",
        means="Lambda has no capacity to start the callback service",
        metric="Throttles",
        of=5,
        within=5,
    )
    # A task with a temporary failure gets 503 and is called again: that does not justify an alarm.
    yield replace(
        crashed,
        name=f"{BUILT_IN_SERVICE}-5xx",
        means="the callback service responds with errors for minutes",
        namespace="AWS/ApiGateway",
        metric="5xx",
        dimensions={"ApiId": api_id},
        of=5,
        within=15,
    )


def _of_calls(names: Names, settings: Settings) -> Iterator[Condition]:
    """Conditions of the proxy's own metrics: docs/telemetry.md."""
    whole = {"Project": names.project, "Stack": settings.stack}
    failed = Condition(
        name="failed",
        runbook="failed",
        means="calls are undelivered",
        namespace=OWN_METRICS,
        metric="Failed",
        dimensions=whole,
        period_seconds=5 * _MINUTE,
    )
    yield failed
    for name, owner in sorted(settings.owners.items()):
        means = f"calls of {name} are undelivered"
        yield replace(
            failed, name=f"failed-{name}", means=means, dimensions={**whole, "Owner": name}, topic=owner.topic
        )
    if settings.owners and NOBODY not in settings.owners:
        means = "calls without an owner are undelivered"
        yield replace(failed, name=f"failed-{NOBODY}", means=means, dimensions={**whole, "Owner": NOBODY})
    # With few calls the latest one counts, as in CloudWatch's default.
    yield replace(
        failed,
        name="late",
        runbook="late",
        means="one call in ten is delivered more than five minutes late",
        metric="Lateness",
        statistic="p90",
        threshold=5 * _MINUTE,
        period_seconds=15 * _MINUTE,
    )


def _of_silence(names: Names, promised: timedelta | None) -> Iterator[Condition]:
    if promised is None:
        return
    period = max(_SHORTEST_SILENCE, _INTERVALS * int(promised.total_seconds()))
    if period > _DAY:  # longest period of CloudWatch
        return
    yield Condition(
        name="silence",
        runbook="silence",
        means=f"no schedule of the catalog has fired for {period // _MINUTE} minutes, though one should have",
        namespace="AWS/Scheduler",
        metric="InvocationAttemptCount",
        dimensions={"ScheduleGroup": names.catalog_group},
        threshold=1,
        below=True,
        period_seconds=period,
    )
