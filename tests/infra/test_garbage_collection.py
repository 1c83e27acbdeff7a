from __future__ import annotations

import gc

from infra.garbage_collection import collect_rarely


def test_a_small_number_of_new_objects_starts_no_collection():
    thresholds = gc.get_threshold()
    try:
        collect_rarely()
        before = gc.get_stats()[0]["collections"]
        kept = [[number] for number in range(50_000)]

        assert gc.get_stats()[0]["collections"] == before
        assert len(kept) == 50_000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
