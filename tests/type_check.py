"""Code that must not pass the type check that `make check` runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def type_errors(folder: Path, code: str) -> str:
    """What pyright prints about a module in its strict mode; empty when it finds nothing."""
    (folder / "wrong.py").write_text(code)
    settings = f'{{"include": ["."], "extraPaths": ["{ROOT}"], "typeCheckingMode": "strict"}}'
    (folder / "pyrightconfig.json").write_text(settings)

    pyright = [sys.executable, "-m", "pyright", "--project", str(folder)]
    done = subprocess.run(pyright, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode else ""
