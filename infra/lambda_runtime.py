"""Lambda runtime of the functions and their packages."""

from __future__ import annotations

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
PYTHON_VERSION = "3.13"
# Name of uv for Amazon Linux 2023 on Graviton, whose glibc is 2.34.
PYTHON_PLATFORM = "aarch64-manylinux_2_28"
MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": f"{PYTHON_VERSION}.0",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": f"{PYTHON_VERSION}.0",
    "python_version": PYTHON_VERSION,
    "sys_platform": "linux",
    "extra": "",
}
"""Values of the markers of requirements, such as `sys_platform == "win32"`."""
DISTRIBUTIONS = frozenset({"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"})
"""Distributions that the runtime brings. Its own copies are the ones that run: handlers' come last on the path."""
