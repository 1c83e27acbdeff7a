"""Confirmation of actions that cannot be undone."""

from __future__ import annotations

import sys

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.output import ask, complain


def confirmed(question: str, yes: bool) -> bool:
    """Return whether to go ahead: *yes* confirms beforehand; otherwise the person at the terminal is asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f'"{question}" needs an answer, and there is no terminal: confirm with "--yes"')
    ask(f"{question} [y/N]")
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    complain("nothing was done")
    return False
