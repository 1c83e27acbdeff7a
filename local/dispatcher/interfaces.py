"""Interfaces of the dispatcher to its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from local.dispatcher.errors import EvaluationError
from local.dispatcher.notice import Notice
from local.dispatcher.schedule import Schedule

Clock = Callable[[], datetime]
Notify = Callable[[Notice], None]
Snapshot = Mapping[str, Schedule | EvaluationError]


class Source(Protocol):
    """The Scheduler API; every call may raise `SourceError`."""

    def schedules(self) -> Snapshot:
        """Every schedule by its ARN; one that cannot be read is there as the error that says why.

        A schedule that did not change is the same object as in the answer before.
        """
        ...

    def current(self, arn: str) -> Schedule | None:
        """Return the current state of one schedule; None if it was deleted."""
        ...

    def delete(self, arn: str) -> None:
        """Remove one schedule; nothing happens when it is gone."""
        ...


class Target(Protocol):
    """Destination of events; every call may raise `DeliveryError`."""

    def invoke(self, target_arn: str, event: str) -> None:
        """Hand an event over; returns when the target has accepted it."""
        ...

    def bury(self, queue_arn: str, event: str, attributes: Mapping[str, str], role_arn: str) -> None:
        """Put an undelivered event on a dead-letter queue, with the execution role."""
        ...
