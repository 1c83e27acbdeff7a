"""Faults of a simulation, by shares of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

OK = "200"
# What becomes of a call that is not answered: the reason that the proxy's transport gives, and whether the target did
# its work all the same.
UNANSWERED: Mapping[str, tuple[str, bool]] = {
    "refused": ("connect", False),
    "timeout": ("timeout", False),
    "timeout-after-work": ("timeout", True),
    "reset": ("reset", False),
    "reset-after-work": ("reset", True),
}


@dataclass(frozen=True, slots=True)
class Outage:
    """A host that takes no connection from `begin` to before `end`, seconds since 1970."""

    host: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Faults:
    """The plan.

    failures: of the calls, by what becomes of them: an HTTP status, or a key of UNANSWERED.
    duplicates: of the events, delivered a second time within 90 seconds, half of them by the same request id.
    kills: of the steps of an invocation (before and after each request and call), where its process ends.
    throttles: of the requests to `sqs` and `dynamodb`, refused.
    lost_answers: of those requests, done although the proxy hears that they failed.
    """

    failures: Mapping[str, float] = field(default_factory=dict[str, float])
    duplicates: float = 0.0
    kills: float = 0.0
    throttles: Mapping[str, float] = field(default_factory=dict[str, float])
    lost_answers: float = 0.0
    outages: tuple[Outage, ...] = ()

    def kind(self, chance: Random) -> str:
        """Fate of one call."""
        drawn = chance.random()
        for kind, share in self.failures.items():
            if drawn < share:
                return kind
            drawn -= share
        return OK

    def is_out(self, host: str, seconds: float) -> bool:
        """Whether a host takes no connection at that time."""
        return any(outage.host == host and outage.begin <= seconds < outage.end for outage in self.outages)
