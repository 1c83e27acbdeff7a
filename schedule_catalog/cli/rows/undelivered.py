"""Undelivered calls as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schedule_catalog.operations import UndeliveredCall


def show_list(letters: Sequence[UndeliveredCall], names: Mapping[str, str]) -> None:
    """Print an array with one object each, the oldest first."""
    print(json.dumps([_row(letter) for letter in letters], ensure_ascii=False, indent=2))


def show_one(letter: UndeliveredCall) -> None:
    """Print one object."""
    print(json.dumps(_row(letter), ensure_ascii=False, indent=2))


def _row(letter: UndeliveredCall) -> dict[str, Any]:
    return {**asdict(letter), "at": letter.at.isoformat()}
