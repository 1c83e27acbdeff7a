"""Result of a run of the engine, from its event log (pulumi/sdk/go/common/apitype/events.go)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Operations that the engine reports of what stays as it is, or that it only looks at.
_QUIET = frozenset({"same", "read", "refresh"})
_SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "+-", "create-replacement": "++"}
_SHOWN = 6


@dataclass(frozen=True, slots=True, order=True)
class EngineStep:
    """One resource that was changed, or would be: `create`, `update`, `delete` or a kind of replacement."""

    operation: str
    name: str
    type: str

    def __str__(self) -> str:
        return f"{_SIGNS.get(self.operation, self.operation):>2} {self.name} ({self.type})"


@dataclass(frozen=True, slots=True)
class EngineReport:
    """Changes of one run, or of a preview; `errors` are its own words."""

    changes: frozenset[EngineStep]
    unchanged: int
    errors: tuple[str, ...]

    def of(self, operation: str) -> frozenset[EngineStep]:
        """The changes of one kind."""
        return frozenset(change for change in self.changes if change.operation == operation)

    def summary(self) -> str:
        """The counts, like `2 create, 1 update, 78 unchanged`."""
        counts = Counter(change.operation for change in self.changes)
        return ", ".join(f"{count} {word}" for word, count in (*sorted(counts.items()), ("unchanged", self.unchanged)))

    def lines(self) -> Iterator[str]:
        """Each change, where they are few."""
        if len(self.changes) <= _SHOWN:
            yield from map(str, sorted(self.changes))


def read_account(log: Path) -> EngineReport:
    """Read an event log: one JSON object a line."""
    with log.open(encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    steps = {*_steps(events)}
    changes = frozenset(step for step in steps if step.operation not in _QUIET)
    return EngineReport(changes, sum(step.operation == "same" for step in steps), tuple(_errors(events)))


def _steps(events: Iterable[dict[str, Any]]) -> Iterator[EngineStep]:
    """Change of each resource of AWS and each component; providers are internal to the engine."""
    for event in events:
        step = event.get("resOutputsEvent")
        if step and not step["metadata"]["type"].startswith("pulumi:"):
            metadata = step["metadata"]
            yield EngineStep(metadata["op"], metadata["urn"].rpartition("::")[2], metadata["type"])


def _errors(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        diagnostic = event.get("diagnosticEvent")
        if diagnostic and diagnostic["severity"] == "error":
            yield diagnostic["message"].strip()
