"""What is a reason to call somebody: conditions on metrics of CloudWatch."""

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
"""The namespace of the proxy's own metrics (`proxy.metrics`)."""
NOBODY = "none"
"""Whom the proxy counts a call for that names no owner."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# A beat that comes late now and then is no silence.
_SHORTEST_SILENCE, _INTERVALS = 15 * _MINUTE, 3


@dataclass(frozen=True, slots=True)
class Condition:
    """A metric that is above a threshold in `of` periods of the last `within`.

    name: ends the alarm's name.
    runbook: the heading in docs/operate.md that says what to do.
    below: whether it is the other way round, so that no data is as bad as too little.
    held: whether it lasts while there is no data; otherwise no data is a good sign.
    statistic: CloudWatch's name of one, or a percentile such as `p90`.
    topic: the ARN of who is told, in the place of the stack's.
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
    """Return every way in which the stack can lose a call, or be about to.

    *promised* is how often the catalog promises that a schedule fires, if it promises anything.
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


# A queue that nobody has asked for six hours has no data, whatever is in it, and one that is emptied says 0:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
def _of_queues(names: Names) -> Iterator[Condition]:
    visible = Condition(
        name="undelivered",
        runbook="undelivered",
        means="calls were given up and wait for a person",
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
        means="EventBridge Scheduler could not hand calls to the proxy",
        dimensions={"QueueName": names.scheduler_dlq},
    )
    # No message waits longer than SQS's longest delay, 15 minutes: the proxy sends it on. An empty queue has no age.
    yield replace(
        visible,
        name="retries-stuck",
        runbook="retries-stuck",
        means="calls that wait for their next attempt are not taken up",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": names.retry_queue},
        threshold=_HOUR,
        held=False,
        period_seconds=5 * _MINUTE,
    )


# Retries of one call come in ever longer gaps, so that its bad minutes are never many in a row:
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
def _of_scheduler(names: Names) -> Iterator[Condition]:
    for origin, group in (("catalog", names.catalog_group), ("adhoc", names.adhoc_group)):
        dropped = Condition(
            name=f"{origin}-dropped",
            runbook="dropped",
            means=f"EventBridge Scheduler gave up handing calls of {origin} over",
            namespace="AWS/Scheduler",
            metric="InvocationDroppedCount",
            dimensions={"ScheduleGroup": group},
        )
        yield dropped
        yield replace(
            dropped,
            name=f"{origin}-lost",
            runbook="lost",
            means=f"a call of {origin} that was given up did not even reach its dead-letter queue",
            metric="InvocationsFailedToBeSentToDeadLetterCount",
        )
        yield replace(
            dropped,
            name=f"{origin}-target-errors",
            runbook="target-errors",
            means=f"Lambda refuses calls of {origin}, and EventBridge Scheduler tries again",
            metric="TargetErrorCount",
            of=3,
            within=15,
        )
        yield replace(
            dropped,
            name=f"{origin}-throttled",
            runbook="throttled",
            means=f"calls of {origin} come later than they should: too many at once for the account",
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
        means="the proxy crashed, ran out of time, or could hand a call to nobody",
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": names.proxy},
    )
    yield crashed
    loops = (
        "RecursiveInvocationsDropped",
        "proxy-recursion",
        "Lambda took the retries for an endless loop and cut them",
    )
    for metric, name, means in (
        ("DestinationDeliveryFailures", "proxy-destination", "a crashed call did not reach the undelivered queue"),
        ("AsyncEventsDropped", "proxy-dropped", "Lambda gave up calls that it never started"),
        *((loops,) if detects_loops(names.region) else ()),
    ):
        yield replace(crashed, name=name, runbook=name, means=means, metric=metric)
    yield replace(
        crashed,
        name="proxy-throttled",
        runbook="proxy-throttled",
        means="there is no room to start the proxy: calls wait",
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
                means=f"{place.means} is asked more than DynamoDB allows",
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
        means="there is no room to start the callback service",
        metric="Throttles",
        of=5,
        within=5,
    )
    # A task that fails for now is answered 503 and called again: that alone is nobody's alarm.
    yield replace(
        crashed,
        name=f"{BUILT_IN_SERVICE}-5xx",
        means="the callback service answers with errors for minutes",
        namespace="AWS/ApiGateway",
        metric="5xx",
        dimensions={"ApiId": api_id},
        of=5,
        within=15,
    )


def _of_calls(names: Names, settings: Settings) -> Iterator[Condition]:
    """The proxy's own metrics: docs/telemetry.md."""
    whole = {"Project": names.project, "Stack": settings.stack}
    failed = Condition(
        name="failed",
        runbook="failed",
        means="calls were given up",
        namespace=OWN_METRICS,
        metric="Failed",
        dimensions=whole,
        period_seconds=5 * _MINUTE,
    )
    yield failed
    for name, owner in sorted(settings.owners.items()):
        means = f"calls of {name} were given up"
        yield replace(
            failed, name=f"failed-{name}", means=means, dimensions={**whole, "Owner": name}, topic=owner.topic
        )
    if settings.owners and NOBODY not in settings.owners:
        means = "calls without an owner were given up"
        yield replace(failed, name=f"failed-{NOBODY}", means=means, dimensions={**whole, "Owner": NOBODY})
    # Of few calls the latest is looked at, as CloudWatch does where it is not told otherwise.
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
    if period > _DAY:  # the longest that CloudWatch looks back over one period
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
