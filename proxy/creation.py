"""Whether a schedule came into being after its time: its run is late by nobody's fault but its deployment's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from proxy.aws import Aws

# EventBridge Scheduler promises the minute; what comes later than this has a reason.
LATE_SECONDS = 120.0


class Creations:
    """EventBridge Scheduler, asked when a schedule was made."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def is_too_late(self, arrival: Arrival) -> bool:
        """Whether `arrival` is of a one-time schedule of the catalog that was created after its time.

        Only a run that comes late is asked about, and only when it first comes. False where nobody can tell: a call too
        many is better than one that is lost.
        """
        run = arrival.run
        if run.origin != "catalog" or run.act is not None or run.schedule is None or arrival.queued:
            return False
        if arrival.now < arrival.since + LATE_SECONDS:
            return False
        try:
            asked = {"GroupName": run.schedule.group, "Name": run.schedule.name}
            found, due = self._aws("scheduler", "GetSchedule", asked), run.schedule.due.timestamp()
            return found["ScheduleExpression"].startswith("at(") and found["CreationDate"] > due
        except Exception:
            return False
