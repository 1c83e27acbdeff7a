"""Undelivered calls as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli.output import say_json

if TYPE_CHECKING:
    from schedule_catalog.operations import UndeliveredCall


def show_list(letters: Sequence[UndeliveredCall], names: Mapping[str, str]) -> None:
    """Print an array with one object each, the oldest first."""
    say_json([_row(letter) for letter in letters])


def show_one(letter: UndeliveredCall) -> None:
    """Print one object."""
    say_json(_row(letter))


def _row(letter: UndeliveredCall) -> dict[str, Any]:
    return {**asdict(letter), "at": letter.at.isoformat()}
