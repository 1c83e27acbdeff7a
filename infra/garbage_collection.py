"""Python's cyclic garbage collector, in a program whose objects live to its end."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Look for garbage after every 300,000 new objects instead of 700.

    Pulumi keeps a web of tasks and futures for each resource until the program ends; with a thousand schedules the
    collector would spend more time on walking that web than everything else takes.
    """
    gc.freeze()
    gc.set_threshold(300_000, 20, 100)
