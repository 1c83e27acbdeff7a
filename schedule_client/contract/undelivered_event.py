"""The event on the account's event bus for a run that ended undelivered: what a rule matches and what its target gets.

It holds no header, body or secret. `schemas/undelivered-event.schema.json` describes its detail.
"""

from __future__ import annotations

import json
from typing import Any

from schedule_client.contract.records import asdict, frozen

SOURCE = "schedule-catalog"
DETAIL_TYPE = "Run Undelivered"
DETAIL_VERSION = 1


@frozen(kw_only=True)
class UndeliveredEvent:
    """The detail of an event; a member that does not apply is null, and members may be added.

    name: of the schedule; without one, method and host of the call.
    owner: the owner that the run counts for, never one that an application names.
    status: the target's last HTTP status. attempts: how many were made.
    runbook: the link of the catalog's entry; a run-time call has none.
    """

    version: int = DETAIL_VERSION
    project: str
    stack: str
    name: str | None
    owner: str | None
    origin: str
    reason: str
    message: str
    status: int | None
    attempts: int
    run_key: str | None
    schedule_arn: str | None
    scheduled_time: str | None
    undelivered_at: str
    runbook: str | None

    def entry(self, bus: str) -> dict[str, Any]:
        """The entry of PutEvents; the schedule is the event's resource.

        https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
        """
        return {
            "EventBusName": bus,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Resources": [self.schedule_arn] if self.schedule_arn else [],
            "Detail": json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")),
        }
