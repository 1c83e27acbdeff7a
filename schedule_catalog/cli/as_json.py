"""Machine output: one envelope, one way to write an instant and a number.

Every document is `{"version": 1, "kind": …, …}`; `schemas/output/` has a JSON Schema for each kind. Members have the
names of the text output and never change their meaning; readers ignore unknown members.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from typing import Any, Literal, TypeAlias

from schedule_catalog.cli.output import say_json
from schedule_catalog.expressions import zone
from schedule_catalog.wording import rfc3339

VERSION = 1
Kind: TypeAlias = Literal[
    "check", "cost", "diff", "env", "fmt", "history", "import", "keys-rotate", "missed", "new", "next", "pause", "plan",
    "prune", "report", "resume", "simulate", "status", "trigger", "trigger-runs", "undelivered", "undelivered-drop",
    "undelivered-replay",
]  # fmt: skip


def show(kind: Kind, members: Mapping[str, Any]) -> None:
    """Print one document of a kind."""
    say_json({"version": VERSION, "kind": kind, **members})


@contextmanager
def beside(is_json: bool) -> Generator[None]:
    """Print text for people on the error output where the standard output is one JSON document."""
    if not is_json:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def instant(moment: datetime | None) -> str | None:
    """Return an instant (aware) in UTC with a Z."""
    return None if moment is None else rfc3339(moment)


def local(moment: datetime, timezone: str) -> str:
    """Return an instant in the local time of a zone, with its offset."""
    return moment.astimezone(zone(timezone)).isoformat()


def number(value: float, digits: int = 3) -> float | int:
    """Return a number without floating-point noise: rounded, and an integer where it is whole."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def whole(text: str | None) -> int | None:
    """Return the whole number of a text from a queue; None where it is not one."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None
