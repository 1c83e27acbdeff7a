"""Order of a deployment, in the form for the process that executes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """One run of a program: paths are absolute, `config` has full keys (`project:key`) and text values.

    verify: look whether each resource of the state is still there.
    """

    folder: str
    project: str
    stack: str
    state: str
    instance: str
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: tuple[str, ...] = ()
    api_endpoint: str | None = None
    verify: bool = False

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Order:
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(line)
        values["secret_keys"] = tuple(values["secret_keys"])
        return cls(**values)
