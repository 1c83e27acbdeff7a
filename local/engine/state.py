"""Deployed resources, on disk: a journal that survives a kill at any moment."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DeployedResource:
    """One deployed resource.

    `inputs` is their record (secrets hashed, archives by digest); `outputs` is what the API computed, such as ARNs.
    `outdated` is true of one that was replaced and waits to be deleted.
    """

    urn: str
    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    protected: bool = False
    outdated: bool = False

    @property
    def key(self) -> str:
        """Its key in the state: a replaced resource stands beside its successor of the same URN."""
        return f"{self.urn}#{self.id}" if self.outdated else self.urn


class DeployedState:
    """The entries of one stack by key, in one file that grows by a line per change and is compacted when it is closed.

    A half-written last line, left by a kill, is ignored. `instance` names the emulator's state that it describes:
    opened for another one, it begins empty.
    """

    def __init__(self, path: Path, instance: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.entries: dict[str, DeployedResource] = {}
        self.salt = secrets.token_hex(16)
        self._instance = instance
        self._load()
        self._compact()

    def put(self, entry: DeployedResource) -> None:
        """Store an entry, at once."""
        with self._lock:
            self.entries[entry.key] = entry
            self._append({"put": asdict(entry)})

    def remove(self, key: str) -> None:
        """Forget an entry, at once."""
        with self._lock:
            if self.entries.pop(key, None) is not None:
                self._append({"remove": key})

    def close(self) -> None:
        """Compact the file."""
        with self._lock:
            self._compact()

    def _append(self, line: Mapping[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _load(self) -> None:
        head, *lines = _lines(self._path) or [{}]
        if head.get("instance") == self._instance:
            self.salt = head["salt"]
            for line in lines:
                self._replay(line)

    def _replay(self, change: dict[str, Any]) -> None:
        if "put" in change:
            entry = _entry(change["put"])
            self.entries[entry.key] = entry
        else:
            self.entries.pop(change["remove"], None)

    def _compact(self) -> None:
        draft = self._path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps({"instance": self._instance, "salt": self.salt}) + "\n")
            for entry in self.entries.values():
                file.write(json.dumps({"put": asdict(entry)}) + "\n")
        draft.replace(self._path)


def described_instance(path: Path) -> str | None:
    """The emulator's instance that a state file describes; None if there is no such file."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8", errors="replace") as file, suppress(ValueError):
        return json.loads(file.readline()).get("instance")
    return None


def _lines(path: Path) -> list[dict[str, Any]]:
    """The lines that were written whole."""
    if not path.exists():
        return []
    lines: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError):
            lines.append(json.loads(line))
    return lines


def _entry(stored: dict[str, Any]) -> DeployedResource:
    stored["dependencies"] = tuple(stored["dependencies"])
    stored["property_dependencies"] = {key: tuple(urns) for key, urns in stored["property_dependencies"].items()}
    return DeployedResource(**stored)
