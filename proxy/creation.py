"""Detection of schedules that were created after their time: only the deployment delayed such a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from proxy.aws import Aws

# EventBridge Scheduler promises the minute; a later run has another cause.
LATE_SECONDS = 120.0


class Creations:
    """Creation times of schedules, from EventBridge Scheduler."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def is_too_late(self, arrival: Arrival) -> bool:
        """Return whether `arrival` is of a one-time schedule of the catalog that was created after its time.

        Only a late run needs a request, and only at its first arrival. False if unknown: an extra call is better than a
        lost one.
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
