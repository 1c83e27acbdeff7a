"""Installation of locked distributions into a package, for Lambda."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from infra.lambda_runtime import PYTHON_PLATFORM, PYTHON_VERSION
from infra.packages.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path


def install(package: str, requirements: str, folder: Path) -> None:
    """Install the distributions of some lines, which have versions and hashes; raises PackageError."""
    if not requirements:
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write(requirements)
        file.flush()
        _install(package, file.name, folder)


def _install(package: str, requirements: str, folder: Path) -> None:
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes"]
    target = ["--only-binary", ":all:", "--python-platform", PYTHON_PLATFORM, "--python-version", PYTHON_VERSION]
    command = [*uv, *target, "--link-mode", "copy", "--target", str(folder), "--requirements", requirements]
    for network in (["--offline"], []):  # files in uv's cache need no request: the lock has their hashes
        done = subprocess.run([*command, *network], capture_output=True, text=True, check=False)
        if not done.returncode:
            return
    raise PackageError(package, done.stderr.strip())
