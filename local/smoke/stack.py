"""The throw-away stack under test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from local.smoke.errors import FailedError
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import find_stack
from schedule_catalog.operations.lookup import identity_of
from schedule_catalog.operations.runs import run_at
from schedule_client import ScheduleClient, ScheduleSettings

if TYPE_CHECKING:
    from local.smoke.site import Site
    from schedule_catalog.operations import Deployed
    from schedule_client import Request, ScheduledCall
    from schedule_client.contract.ledger import RunRecord

PROJECT, APPLICATION = "schedule-catalog", "probe"
CATALOG = """\
owner: smoke
schedules:
  nightly:
    cron: "0 3 * * ? *"
    request: {service: target, path: /ok}
"""
_T = TypeVar("_T")


@dataclass(slots=True)
class SmokeStack:
    """One stack called `smoke-…`, and what the steps have seen of it so far.

    key: ARN of a customer managed key to deploy it with as well, if there is one.
    exports: of its newest deployment.
    slow: a call that goes on while other things are looked at.
    """

    name: str
    site: Site
    key: str | None = None
    exports: Mapping[str, Any] = field(default_factory=dict[str, Any])
    slow: ScheduledCall | None = None

    @property
    def names(self) -> Names:
        """The names of its resources."""
        return Names(PROJECT, self.name, self.site.region)

    @property
    def deployed(self) -> Deployed:
        """Its parts, by its manifest."""
        return find_stack(self.site.clients, self.names)

    def client(self, service: str) -> Any:
        """The boto3 client of a service."""
        return self.site.clients.client(service)

    def up(self, tags: Mapping[str, str], **more: Any) -> None:
        """Deploy it with these default tags and settings."""
        settings: dict[str, Any] = {
            "services": {"target": self.site.target()},
            "signing": {"callback": {"services": ["callback"], "origins": ["catalog", "adhoc"]}},
            "applications": {APPLICATION: {}},
            "retry": {"most_attempts": 100},
            "secret_recovery_days": 0,
            "log_retention_days": 1,
            **more,
        }
        self.exports = self.site.up({**settings, **self.site.settings()}, tags)

    def scheduler(self, application: str | None = None, client: Any = None) -> ScheduleClient:
        """The client of an application, by default of one without an origin of its own."""
        given = self.exports["application_environments"][application] if application else self.exports
        environment = {key: str(value) for key, value in given.items() if key.startswith("SCHEDULER_")}
        return ScheduleClient(ScheduleSettings.from_environment(environment), client=client or self.client("scheduler"))

    def calls(self, request: Request, count: int = 1) -> list[ScheduledCall]:
        """Schedule a request for the next minute, and have it fire."""
        at = datetime.now(UTC) + timedelta(seconds=61)
        made = [self.scheduler().schedule_once(request, at=at) for _ in range(count)]
        for each in made:
            self.site.fires(self.exports["SCHEDULER_GROUP_NAME"], each.name)
        return made

    def ended(self, call: ScheduledCall, times: int = 3) -> RunRecord:
        """The record of the run of a call that is over, waited for."""
        deployed = self.deployed
        due = due_of(call)
        schedule = identity_of(deployed, deployed.manifest.adhoc_group, call.name)

        def look() -> RunRecord | None:
            found = run_at(deployed, schedule, due)
            return found if found and found.state in ("delivered", "undelivered", "skipped") else None

        return self.eventually(f"the run of {call.name} is over", look, times)

    def eventually(self, what: str, look: Callable[[], _T | None], times: int = 1) -> _T:
        """Return the result of `look`, within a multiple of the site's patience. Raises FailedError."""
        deadline = time.monotonic() + times * self.site.patience_seconds
        while (found := look()) is None or found is False:
            if time.monotonic() > deadline:
                raise FailedError(f"it did not happen that {what}")
            time.sleep(min(2.0, self.site.patience_seconds / 20))
        return found


def due_of(call: ScheduledCall) -> datetime:
    """The time of a one-time call, which every one has that was just made."""
    if call.at is None:
        raise FailedError(f"{call.name} has no time")
    return call.at
