"""Lock for `overlap: skip`: one run of a schedule at a time, by a lock beside its runs in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.ledger import LOCK_SORT
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from proxy.ledger import Ledger
    from schedule_client.contract.ledger import RunRecord

# Time that a lock outlives the due time of the next attempt.
_BEYOND_SECONDS = 300.0


def locked(ledger: Ledger, record: RunRecord, until: float, now: float) -> bool:
    """Return whether the run of `record` has the lock until `until` (seconds since 1970). Raises LedgerError.

    An expired lock is free; a run keeps the lock that it has.
    """
    there = ledger.read(record.partition, LOCK_SORT)
    while True:
        if there is not None and there.run_key != record.run_key and now < (there.until or 0.0):
            return False
        version = there.version + 1 if there else 1
        lock = replace(record, sort=LOCK_SORT, version=version, until=until, state="running")
        if (there := ledger.write(lock)) is None:
            return True


def lock_on(ledger: Ledger, record: RunRecord, now: float) -> None:
    """Keep the lock until the next attempt of a run that waits, or release it. Raises LedgerError."""
    if record.state == "waiting":
        locked(ledger, record, (record.due or 0.0) + _BEYOND_SECONDS, now)
    else:
        unlock(ledger, record)


def unlock(ledger: Ledger, record: RunRecord) -> None:
    """Release the lock of the run of `record`, if it still has it. Raises LedgerError."""
    there = ledger.read(record.partition, LOCK_SORT)
    if there is not None and there.run_key == record.run_key:
        ledger.write(replace(there, version=there.version + 1, until=0.0))
