"""The process that the callback service runs in: started by `local.callback`, ends with its parent."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn


def main() -> None:
    """Serve the app on the port of the first argument until SIGTERM or until standard input ends.

    With `check` instead of a port, only load what it would serve.
    """
    import uvicorn

    from callback_api.app import create_app
    from callback_api.settings import Settings

    if sys.argv[1] == "check":
        create_app(Settings.read(env_file=None))
        return
    port = int(sys.argv[1])
    config = uvicorn.Config(
        create_app(Settings.read(env_file=None)), host="127.0.0.1", port=port, log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.run()


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Wait for the end of standard input: the parent holds its other end, and even kill -9 closes that."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    server.should_exit = True


if __name__ == "__main__":
    main()
