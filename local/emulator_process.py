"""The process that the emulator runs in: started by `local.emulator`, ends with its parent."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path


def main() -> None:
    """Serve until SIGTERM or until standard input ends, then say that the state was saved."""
    sys.argv = ["ministack"]
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    _stop_the_schedule_ticker()
    from ministack.app import main as serve  # pyright: ignore[reportMissingTypeStubs]

    serve()
    Path(os.environ["RUNNING_MARK"]).unlink(missing_ok=True)


def _stop_with_parent() -> None:
    """Wait for the end of standard input: the parent holds its other end, and even kill -9 closes that."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_the_schedule_ticker() -> None:
    """Leave the firing of schedules to the dispatcher: no setting of the emulator turns its own ticker off."""
    import ministack.services.scheduler as scheduler  # pyright: ignore[reportMissingTypeStubs]

    scheduler.start_scheduler = lambda: None


if __name__ == "__main__":
    main()
