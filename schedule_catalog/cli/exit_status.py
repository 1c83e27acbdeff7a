"""Exit codes, the same for every command."""

from __future__ import annotations

CLEAN = 0
PROBLEMS = 1
USAGE = 2
CRASH = 3
INTERRUPTED = 128 + 2
