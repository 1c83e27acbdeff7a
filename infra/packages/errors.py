"""Errors of staging."""

from __future__ import annotations


class PackageError(Exception):
    """The Lambda package cannot be staged."""

    def __init__(self, package: str, reason: str) -> None:
        self.package = package
        self.reason = reason
        super().__init__(f'the package "{package}" cannot be staged: {reason}')
