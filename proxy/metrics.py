"""CloudWatch metrics in the embedded metric format of log lines: no call to AWS, no agent.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

AWS charges for every combination of a metric and its dimensions' values, so there are only those that an alarm or the
dashboard reads: the owners of a process are limited, and only schedules of the catalog may have their own metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from schedule_client.contract.ledger import KEY_REUSED
from schedule_client.contract.origins import CALLBACK, CATALOG
from schedule_client.contract.pauses import PAUSED

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.outcome import Outcome
    from proxy.run import Run
    from schedule_client.contract.proxy_settings import ProxySettings

State: TypeAlias = Literal["delivered", "undelivered", "skipped", "duplicate", "waiting"]
Values: TypeAlias = "dict[str, tuple[float, str | None]]"
"""Numbers by the names of metrics, with units; a count has none, which saves a few bytes in each line."""

NAMESPACE = "ScheduleCatalog"
MAX_OWNERS = 100
NOBODY, OTHER = "none", "other"
_COUNTS: dict[State, str] = {
    "delivered": "Delivered",
    "undelivered": "Failed",
    "skipped": "Skipped",
    "duplicate": "DuplicatesSuppressed",
    "waiting": "Retried",
}
_KEYS_REUSED = "KeysReused"
# Metrics that alarms or the dashboard read by owner.
_OF_OWNERS = ("Delivered", "Failed")
_LONGEST_VALUE = 100


def counted_owner(run: Run | None, settings: ProxySettings) -> str:
    """Return the owner for which a run counts, and whose alarm it may trigger.

    The event of a run-time call may name any owner, so it counts for the application's own owner. An owner in the
    catalog was reviewed: it counts if the stack declares it, or declares none.
    """
    if run is None:
        return NOBODY
    claimed = run.request.owner
    if run.origin == CATALOG and claimed is not None:
        return claimed if claimed in settings.owners or not settings.owners else OTHER
    application = settings.applications.get(run.origin)
    if application is not None and application.owner is not None:
        return application.owner
    if run.origin == CALLBACK and CALLBACK in settings.owners:
        return CALLBACK
    return NOBODY if claimed is None else OTHER


class Metrics:
    """Metrics of one stack's calls; two projects of an account may have stacks of the same name."""

    def __init__(self, project: str, stack: str) -> None:
        self._place = {"Project": project, "Stack": stack}
        self._owners: set[str] = set()

    def members(
        self,
        run: Run | None,
        owner: str,
        state: State,
        outcome: Outcome | None,
        at: datetime,
        lateness: float | None,
    ) -> dict[str, Any]:
        """Return the members of the log line of `outcome` for `owner`, which CloudWatch counts.

        lateness: in seconds, if it counts.
        """
        values = _values(state, outcome, lateness)
        if not values:
            return {}
        dimensions = {**self._place, "Owner": self._owner(owner)}
        sets = [[*self._place]]
        if name := _schedule_of_its_own(run):
            dimensions["Schedule"] = name
            sets.append([*self._place, "Owner", "Schedule"])
        directives = [_directive(values, sets)]
        if owned := {name: value for name, value in values.items() if name in _OF_OWNERS}:
            directives.append(_directive(owned, [[*self._place, "Owner"]]))
        metadata = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": directives}
        return {"_aws": metadata, **dimensions, **{name: value for name, (value, _) in values.items()}}

    def _owner(self, owner: str) -> str:
        if owner not in (*self._owners, NOBODY, OTHER):
            # A catalog whose stack declares no owners may have any number of them.
            if len(self._owners) >= MAX_OWNERS or not _is_value(owner):
                return OTHER
            self._owners.add(owner)
        return owner


def _values(state: State, outcome: Outcome | None, lateness: float | None) -> Values:
    if outcome is not None and outcome.reason == KEY_REUSED:
        return {_KEYS_REUSED: (1, None)}  # an application's mistake, and not a call of a failing target
    if outcome is not None and outcome.reason == PAUSED and state == "waiting":
        return {}  # each look at a pause is an event, and no retry
    values: Values = {_COUNTS[state]: (1, None)}
    if outcome is not None and outcome.reply is not None and outcome.milliseconds is not None:
        values["Latency"] = (round(outcome.milliseconds, 1), "Milliseconds")
    if state == "delivered" and lateness is not None:
        values["Lateness"] = (round(lateness, 1), "Seconds")
    return values


def _directive(values: Values, sets: list[list[str]]) -> dict[str, Any]:
    metrics = [{"Name": name} | ({"Unit": unit} if unit else {}) for name, (_, unit) in values.items()]
    return {"Namespace": NAMESPACE, "Dimensions": sets, "Metrics": metrics}


def _schedule_of_its_own(run: Run | None) -> str | None:
    """Name of a schedule with its own metrics; run-time schedules have a new name for every call."""
    if run is None or run.schedule is None or run.origin != CATALOG or run.request.metrics != "per-schedule":
        return None
    return run.schedule.name


def _is_value(text: str) -> bool:
    """Whether CloudWatch accepts `text` as a dimension's value: PutMetricData requires ASCII, and no leading colon."""
    return (
        len(text) <= _LONGEST_VALUE
        and text.isascii()
        and text.isprintable()
        and not text.isspace()
        and not text.startswith(":")
        and text != ""
    )
