"""One call as the receiver keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Header values are not kept, because they hold secrets; of a long body, only the beginning is kept."""

    at: datetime
    method: str
    host: str
    path: str
    header_names: tuple[str, ...]
    schedule: str
    body: bytes
    length: int
