"""The Lambda runtime that the functions run on and their packages are staged for."""

from __future__ import annotations

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
PYTHON_VERSION = "3.13"
# How uv calls Amazon Linux 2023 on Graviton, whose glibc is 2.34.
PYTHON_PLATFORM = "aarch64-manylinux_2_28"
