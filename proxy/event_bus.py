"""The account's event bus, which gets an event for each run that ends undelivered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from proxy.aws import error_code
from proxy.metrics import NOBODY, OTHER, counted_owner
from schedule_client.contract.origins import CATALOG

if TYPE_CHECKING:
    from proxy.aws import Aws
    from proxy.run import Run
    from schedule_client.contract.proxy_settings import ProxySettings
    from schedule_client.contract.undelivered import Undelivered
    from schedule_client.contract.undelivered_event import UndeliveredEvent


class EventBus:
    """Publishes to one bus; a failure is only logged, because the undelivered queue has the run by then.

    Events are held until the log has the run: a bus that does not answer may take the function with it, and the log
    line is what alarms count.
    """

    def __init__(self, arn: str, project: str, stack: str, aws: Aws) -> None:
        self._arn, self._project, self._stack, self._aws = arn, project, stack, aws
        self._held: list[tuple[Undelivered, Run | None, ProxySettings]] = []

    def hold(self, why: Undelivered, run: Run | None, settings: ProxySettings) -> None:
        """Keep the event of a run that is on the undelivered queue; without `run`, of an event that has none."""
        self._held.append((why, run, settings))

    def publish(self) -> None:
        """Publish the events that are held."""
        while self._held:
            self._publish(*self._held.pop(0))

    def _publish(self, why: Undelivered, run: Run | None, settings: ProxySettings) -> None:
        entry = self._event(why, run, settings).entry(self._arn)
        try:
            answer = self._aws("events", "PutEvents", {"Entries": [entry]})
            failure = str(answer["Entries"][0].get("ErrorCode")) if answer.get("FailedEntryCount") else None
        except Exception as error:
            failure = error_code(error) or "no answer"
        if failure is not None:
            logging.getLogger(__name__).warning("the event bus does not take an event: %s; %s", failure, why.run_key)

    def _event(self, why: Undelivered, run: Run | None, settings: ProxySettings) -> UndeliveredEvent:
        from schedule_client.contract.undelivered_event import UndeliveredEvent  # seldom needed

        owner = counted_owner(run, settings)
        return UndeliveredEvent(
            project=self._project,
            stack=self._stack,
            name=run.name if run else None,
            owner=None if owner in (NOBODY, OTHER) else owner,
            origin=why.origin,
            reason=why.reason,
            message=why.message,
            status=int(why.status) if why.status else None,
            attempts=int(why.attempts),
            run_key=why.run_key,
            schedule_arn=why.schedule_arn,
            scheduled_time=why.scheduled_time,
            undelivered_at=why.undelivered_at,
            # A link is followed by people: one of the catalog was reviewed, one of an application was not.
            runbook=run.request.runbook if run and run.origin == CATALOG else None,
        )
