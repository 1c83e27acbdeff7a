"""The end of an arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from proxy.metrics import State
    from proxy.outcome import Outcome
    from schedule_client.contract.ledger import RunRecord


@frozen
class Delivered:
    """Result for an arrival; `outcome` is that of its attempt, if one was made, `record` the state in the ledger."""

    state: State
    outcome: Outcome | None = None
    record: RunRecord | None = None

    @property
    def handed_over(self) -> bool:
        """Whether the run continues without its caller."""
        return self.state == "waiting" or (self.record is not None and self.record.state in ("waiting", "running"))
