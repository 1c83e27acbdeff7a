"""5,000 runs of 50 schedules by the proxy's own handler over simulated time, while everything goes wrong.

Breaks its contract, with status 1, when the counts do not add up: `python -m benchmarks soak`.
"""

from __future__ import annotations

import logging
import sys
import time

from local.simulation import soak
from local.simulation.report import totals

RUNS, SCHEDULES, SEEDS = 5_000, 50, (1, 2, 3)


def main() -> int:
    """Print the counts of each seed."""
    logging.getLogger("proxy").setLevel(logging.CRITICAL)  # it warns of each throttle
    broken = False
    for seed in SEEDS:
        started = time.perf_counter()
        found = soak(RUNS, SCHEDULES, seed)
        print(f"seed {seed}, {time.perf_counter() - started:.1f} s", *totals(found), sep="\n", flush=True)
        broken |= bool(found.faults)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
