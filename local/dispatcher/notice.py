"""Notices of the dispatcher."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class NoticeKind(StrEnum):
    """Kind of a notice."""

    ACCEPTED = "accepted"  # the target took the event; what became of the call, its own log says
    RETRYING = "retrying"
    DEAD = "dead-lettered"
    DROPPED = "dropped"  # undelivered, with no dead-letter queue to take it
    MISSED = "missed"  # came due while nothing ran, and is not called
    MADE_UP = "made up"  # came due while nothing ran, and is called now
    REFUSED = "refused"  # the schedule itself cannot be evaluated
    UNREACHABLE = "unreachable"  # the Scheduler API
    COMPLETED = "completed"  # deleted after its last run, as ActionAfterCompletion asks


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened at `at`; `scheduled` and `target_arn` are there where it is about one run."""

    kind: NoticeKind
    at: datetime
    arn: str
    text: str = ""
    scheduled: datetime | None = None
    target_arn: str = ""

    @property
    def name(self) -> str:
        """The schedule's name."""
        return self.arn.rpartition("/")[2]
