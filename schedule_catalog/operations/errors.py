"""What can go wrong with operating a deployed stack."""

from __future__ import annotations

import shlex

from schedule_catalog.errors import CatalogError


class OperationError(CatalogError):
    """A deployed stack cannot be asked, or cannot do what it is asked to."""


class AwsError(OperationError):
    """AWS could not be reached, or did not do what it was asked to."""

    def __init__(self, action: str, resource: str, message: str) -> None:
        self.action = action
        self.resource = resource
        super().__init__(message)


class StackError(OperationError):
    """There is no such stack, or it is of another version."""


class NotRunnableError(OperationError):
    """There is no such schedule, or it cannot be run."""


class FireError(OperationError):
    """A schedule does not fire at the time that is named."""


class LedgerOffError(OperationError):
    """What is asked for is in the run ledger, and the stack has none."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        command = f"pulumi config set --stack {shlex.quote(stack)} schedule-catalog:ledger true"
        super().__init__(
            f'the stack "{stack}" keeps no run ledger, which is where runs are remembered: turn it on with "{command}"'
            ' and "pulumi up"; it remembers from then on'
        )


class KeyRotationError(OperationError):
    """A signing key cannot be changed in this step."""


class UndeliveredCallError(OperationError):
    """A message of a queue cannot be delivered again, or is not there."""
