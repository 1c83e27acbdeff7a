"""The two things that the journal remembers: how far a schedule has come, and each of its runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from schedule_catalog.expressions import parse

if TYPE_CHECKING:
    from datetime import datetime

    from local.dispatcher.schedule import Handover


class RunState(StrEnum):
    """State of a run; the first four are open, the others final."""

    PLANNED = "planned"  # due later, within the flexible window
    SENDING = "sending"  # written before the invoke: after a kill it is sent once more
    RETRYING = "retrying"  # due later, after a failure that may pass
    BURYING = "burying"  # undelivered; the dead-letter queue has not taken it yet
    ACCEPTED = "accepted"  # keeps its delivery until its outcome is seen
    DEAD = "dead"
    DROPPED = "dropped"

    @property
    def final(self) -> bool:
        """Whether nothing more will be done."""
        return self in {RunState.ACCEPTED, RunState.DEAD, RunState.DROPPED}


@dataclass(frozen=True, slots=True)
class Track:
    """Progress of a schedule; every restart (created, re-timed) gets a new generation."""

    generation: int
    arn: str
    created: datetime
    timing: str
    enabled: bool
    anchor: datetime
    cursor: datetime

    @property
    def recurring(self) -> bool:
        """Whether it can fire more than once."""
        return parse(self.timing.partition("|")[0]).kind != "at"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `due` is when it is next worked on, `begun` when its first attempt was made."""

    generation: int
    arn: str
    scheduled: datetime
    due: datetime
    state: RunState = RunState.PLANNED
    attempts: int = 0
    execution_id: str = ""
    begun: datetime | None = None
    delivery: Handover | None = None
    error_code: str = ""
    error_message: str = ""
    exhausted: str = ""

    @property
    def target_arn(self) -> str:
        """Destination; "" before its first attempt and after its end."""
        return self.delivery.target_arn if self.delivery is not None else ""

    @property
    def name(self) -> str:
        """The schedule's name."""
        return self.arn.rpartition("/")[2]
