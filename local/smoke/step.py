"""A step of the smoke test, and what it saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack


class SmokeVerdict(StrEnum):
    """Outcome of a step."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class SmokeStep:
    """One thing to see; later features add theirs to the list in `local.smoke.steps`.

    look: returns what it saw, or raises FailedError or SkippedError.
    vital: without it no later step means anything.
    reads_only: it makes nothing, so that nothing has to be deleted after it.
    """

    name: str
    look: Callable[[SmokeStack], str]
    vital: bool = False
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Result of a step."""

    step: str
    verdict: SmokeVerdict
    saw: str
    seconds: float
