"""Lock for `overlap: skip`: one run of a schedule at a time, by a lock beside its runs in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract import replace
from schedule_client.contract.ledger import LOCK_SORT

if TYPE_CHECKING:
    from proxy.ledger import Ledger
    from schedule_client.contract import RunRecord


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


def unlock(ledger: Ledger, record: RunRecord) -> None:
    """Release the lock of the run of `record`, if it still has it. Raises LedgerError."""
    there = ledger.read(record.partition, LOCK_SORT)
    if there is not None and there.run_key == record.run_key:
        ledger.write(replace(there, version=there.version + 1, until=0.0))
