"""The end of a log file, for the message of an error."""

from __future__ import annotations

from pathlib import Path

_LINES = 20


def last_lines(path: Path) -> str:
    """The last lines of a text file, or that it is empty."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return "\n".join(lines[-_LINES:]) or "(nothing was logged)"
