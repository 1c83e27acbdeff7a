"""The Pulumi program as a distribution: its tree, and the way to run it from a company's repository."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

_INSTALLED = Path(__file__).resolve().parent / "tree"
TREE = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parents[1]
"""The folder with the program's `__main__.py`, `infra/`, `proxy/` and `local/`: package data, or the checkout."""


def run_program() -> None:
    """Run the Pulumi program, in the process that Pulumi started for it; call it from `__main__.py`."""
    sys.path.insert(0, str(TREE))
    runpy.run_path(str(TREE / "__main__.py"), run_name="__main__")
