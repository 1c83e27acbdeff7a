"""The `schedules` program: a command, and the end of its process."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from schedule_catalog.cli.main import main


def program() -> NoReturn:
    """Run the command and end at once: to take modules and objects down one by one takes as long as a small check."""
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more, or it is closed
            status = status or 1
    os._exit(status)
