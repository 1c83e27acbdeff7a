"""What the service is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from callback_api.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What EventBridge Scheduler can carry, and no more than a caller can mean.
MAX_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """The SQLite file that the service keeps its calls in, and the most bytes of one call."""

    database: Path
    max_body_bytes: int = MAX_BODY_BYTES

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of `CALLBACK_DATABASE` and `CALLBACK_MAX_BODY_BYTES`; SettingsError says what is missing."""
        database = environment.get("CALLBACK_DATABASE")
        if not database:
            raise SettingsError("CALLBACK_DATABASE is not set: give the path of an SQLite file")
        most = environment.get("CALLBACK_MAX_BODY_BYTES", str(MAX_BODY_BYTES))
        if not most.isdecimal() or int(most) == 0:
            raise SettingsError(f'CALLBACK_MAX_BODY_BYTES is "{most}": give a number of bytes from 1')
        return cls(Path(database), int(most))
