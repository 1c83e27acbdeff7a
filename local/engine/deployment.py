"""Result of a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Operation = Literal["create", "update", "replace", "delete"]


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource that was changed."""

    urn: str
    type: str
    name: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Failure:
    """One resource that could not be changed; what depends on it was left as it was."""

    urn: str
    type: str
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name} ({self.type}): {self.message}"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One run of the program.

    `error` is why the program itself did not end well: the text of its RunError as it is, or a traceback; nothing is
    deleted then. `outputs` are the stack's exports, secrets masked; empty after an error.
    """

    changes: tuple[ResourceChange, ...] = ()
    failures: tuple[Failure, ...] = ()
    unchanged: int = 0
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    warnings: tuple[str, ...] = ()
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether everything is as the program says."""
        return self.error is None and not self.failures
