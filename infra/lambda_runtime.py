"""Lambda runtime of the functions and their packages."""

from __future__ import annotations

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
PYTHON_VERSION = "3.13"
# Name of uv for Amazon Linux 2023 on Graviton, whose glibc is 2.34.
PYTHON_PLATFORM = "aarch64-manylinux_2_28"
