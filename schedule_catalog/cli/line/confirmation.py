"""Asking before something is done that cannot be undone."""

from __future__ import annotations

import sys

from schedule_catalog.cli.errors import UsageError


def confirmed(question: str, yes: bool) -> bool:
    """Tell whether it may be done: *yes* says so beforehand; else the person at the terminal is asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f'"{question}" needs an answer, and there is no terminal: say yes beforehand with "--yes"')
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    print("nothing was done", file=sys.stderr)
    return False
