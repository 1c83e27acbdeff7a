"""What the notes of a conversion say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.importing import Converted


def notes(found: Converted) -> list[str]:
    return [str(note) for note in found.notes]
