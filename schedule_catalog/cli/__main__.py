"""Entry point of `python -m schedule_catalog.cli`, which is `schedules`."""

from __future__ import annotations

from schedule_catalog.cli.program import program

program()
