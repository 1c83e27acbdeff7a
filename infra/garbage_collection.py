"""Python's cyclic garbage collector, in a program whose objects live to its end."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Run the garbage collector after every 300,000 new objects instead of 700.

    Pulumi keeps many tasks and futures for each resource until the program ends; with a thousand schedules the
    collector would take more time than the rest of the program.
    """
    gc.freeze()
    gc.set_threshold(300_000, 20, 100)
