"""What each kind of run uses, counted: more of it is more to pay for each of a million."""

from __future__ import annotations

import pytest

from benchmarks.run_cost import ARN, KINDS, CountedStack, usage
from proxy.pauses import FRESH_SECONDS
from schedule_catalog.cost import LEDGER_BYTES, LEDGER_WRITES, LOG_BYTES, PAUSE_READS, PAUSE_SECONDS, RETRY_READS

# Requests, units of writes (with the index's) and of reads, log lines.
COUNTS = {
    "delivered": (2, 2, 0, 1),
    "retried once": (6, 4, 1, 2),
    "undelivered": (4, 5, 0, 1),
    "duplicate": (1, 1, 0, 1),
    "skipped": (3, 3, 1, 1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_uses_no_more_than_it_did(kind: str) -> None:
    found = usage(kind)

    counted = (found.requests.total(), found.units["writes"], found.units["reads"], found.log_lines)
    assert counted == COUNTS[kind]


def test_the_pauses_are_read_once_for_all_runs_of_a_few_seconds() -> None:
    stack = CountedStack([200])
    for minute in range(5):
        stack.fire(schedule={"name": "close-invoices", "arn": ARN, "time": f"2027-01-05T08:0{minute}:00Z"})

    assert stack.usage.pause_reads == 1


def test_schedules_cost_says_what_a_delivered_run_uses() -> None:
    found = usage("delivered")

    assert found.units["writes"] == LEDGER_WRITES
    assert (found.pause_reads, FRESH_SECONDS) == (PAUSE_READS, PAUSE_SECONDS)
    assert LOG_BYTES - 100 < found.log_bytes + 26 * found.log_lines <= LOG_BYTES
    assert LEDGER_BYTES - 100 < found.largest_item + 100 <= LEDGER_BYTES


def test_schedules_cost_says_what_a_retry_uses() -> None:
    delivered, retried = usage("delivered"), usage("retried once")

    assert retried.units["writes"] - delivered.units["writes"] == LEDGER_WRITES
    assert retried.units["reads"] - delivered.units["reads"] == RETRY_READS
    assert retried.log_lines - delivered.log_lines == 1
