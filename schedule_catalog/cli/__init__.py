"""The `schedules` command."""

from __future__ import annotations

from schedule_catalog.cli.main import main

__all__ = ("main",)
