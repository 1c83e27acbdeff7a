"""Ports of loopback that stay the same from one start to the next, so that a restart changes no resource."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Last ports of the receiver, the callback service and the console; 0 for none."""

    receiver: int = 0
    callback: int = 0
    console: int = 0

    @classmethod
    def read(cls, file: Path) -> Ports:
        """The ports of the last start, if it left them."""
        try:
            found = json.loads(file.read_text())
            return cls(int(found["receiver"]), int(found["callback"]), int(found.get("console", 0)))
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def write(self, file: Path) -> None:
        """Leave them for the next start."""
        file.write_text(json.dumps(asdict(self)))


def free_port(wanted: int) -> int:
    """The wanted port when nothing listens there, or else one that the system chooses."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                continue
            return probe.getsockname()[1]
    raise OSError(f"no free port on {HOST}")
