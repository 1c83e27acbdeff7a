"""The newest run of each schedule that waits for the end of a pause, or was called after it; older ones are not called.

It is noted beside the schedule's runs in the ledger. Scheduled times have one form, so their texts sort like them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.ledger import NEWEST_SORT
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from proxy.ledger import Ledger
    from schedule_client.contract.ledger import RunRecord

REPLACED = "a newer run of its schedule is called instead of it, after a pause"


def is_newest(ledger: Ledger, record: RunRecord) -> bool:
    """Return whether no newer run of its schedule is noted. Raises LedgerError."""
    there = ledger.read(record.partition, NEWEST_SORT)
    return there is None or (there.holder or "") <= record.sort


def note_newest(ledger: Ledger, record: RunRecord) -> bool:
    """Note the run of `record`, and return whether it is the newest. Raises LedgerError."""
    there = ledger.read(record.partition, NEWEST_SORT)
    while True:
        if there is not None and (there.holder or "") >= record.sort:
            return there.holder == record.sort
        version = there.version + 1 if there else 1
        note = replace(record, sort=NEWEST_SORT, version=version, state="waiting", holder=record.sort, until=None)
        if (there := ledger.write(note)) is None:
            return True
