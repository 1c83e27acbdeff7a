"""Every target in simulated time, in the place of the proxy's transport: it acts, or not, and answers, or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from local.simulation.faults import OK, UNANSWERED, Faults
from proxy.errors import TransportError
from proxy.transport import Reply

if TYPE_CHECKING:
    from local.simulation.clock import Clock
    from proxy.destination import Destination
    from proxy.message import Message

_KEY, _NAME = "Idempotency-Key", "X-Schedule-Name"


@dataclass
class SimulatedTarget:
    """Counts by idempotency key.

    calls: that arrived or should have; acts: what a target does that leaves no repeat out; applied_at: when one that
    does leave them out did its work; unsure: acts of which nobody tells the proxy.
    ended: receives a call's key, and whether the target did its work, at its end.
    paused: whether a schedule's calls are to be held back at a time; in_pauses counts those that are made.
    """

    clock: Clock
    faults: Faults
    chance: Random
    answered: Counter[str] = field(default_factory=Counter[str])
    calls: Counter[str] = field(default_factory=Counter[str])
    acts: Counter[str] = field(default_factory=Counter[str])
    unsure: Counter[str] = field(default_factory=Counter[str])
    applied_at: dict[str, float] = field(default_factory=dict[str, float])
    ended: Callable[[str, bool], None] = lambda key, acted: None
    paused: Callable[[str, float], bool] = lambda name, seconds: False
    in_pauses: int = 0

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        """As the proxy's transport does it. Raises TransportError."""
        if (key := message.headers.get(_KEY)) is None:  # the request for a token, not the call
            return Reply(200, b'{"access_token": "placeholder"}', "application/json", True)
        self.calls[key] += 1
        self.in_pauses += self.paused(message.headers[_NAME], self.clock.seconds)
        kind = "refused" if self.faults.is_out(destination.address.host, self.clock.seconds) else None
        kind = kind or self.faults.kind(self.chance)
        self.answered[kind] += 1
        reason, works = UNANSWERED.get(kind, ("", kind == OK))
        took = self.chance.uniform(0.02, 2.0)
        self.clock.sleep(min(took, seconds))
        if works:
            self._act(key, unsure=bool(reason))
        if reason == "timeout":
            self.clock.sleep(max(0.0, seconds - took))
        self.ended(key, works and not reason)
        if reason:
            raise TransportError(reason, f"the simulated target gave no answer ({kind})")
        return Reply(int(kind), b"", "", True)

    def _act(self, key: str, *, unsure: bool) -> None:
        self.acts[key] += 1
        self.unsure[key] += unsure
        self.applied_at.setdefault(key, self.clock.seconds)
