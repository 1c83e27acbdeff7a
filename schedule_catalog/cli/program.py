"""The `schedules` program: a command, and the end of its process."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def program() -> NoReturn:
    """Run the command and end at once: to take modules and objects down one by one takes as long as a small check."""
    # Nothing of what a command imports is garbage: to search it for cycles takes a tenth of a small check.
    gc.disable()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by `>&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123 - until the end
    from schedule_catalog.cli.main import main

    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more, or it is closed
            status = status or 1
    os._exit(status)
