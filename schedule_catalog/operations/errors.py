"""Errors of operations on a deployed stack."""

from __future__ import annotations

import shlex

from schedule_catalog.errors import CatalogError


class OperationError(CatalogError):
    """The operation on a deployed stack failed."""


class AwsError(OperationError):
    """AWS could not be reached, or refused the request."""

    def __init__(self, action: str, resource: str, message: str) -> None:
        self.action = action
        self.resource = resource
        super().__init__(message)


class StackError(OperationError):
    """The stack does not exist, or has another version."""


class NotRunnableError(OperationError):
    """The schedule does not exist, or cannot be run."""


class FireError(OperationError):
    """The schedule does not fire at the given time."""


class LedgerOffError(OperationError):
    """The request needs the run ledger, and the stack has none."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        command = f"pulumi config set --stack {shlex.quote(stack)} schedule-catalog:ledger true"
        super().__init__(
            f'the stack "{stack}" has no run ledger, which records runs: turn it on with "{command}"'
            ' and "pulumi up"; it records runs from then on'
        )


class PauseError(OperationError):
    """The pause cannot be made, or does not exist."""


class KeyRotationError(OperationError):
    """The signing key cannot be changed in this step."""


class UndeliveredCallError(OperationError):
    """The undelivered call cannot be replayed, or does not exist."""
