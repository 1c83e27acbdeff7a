"""The callback service on the laptop: the real app, in a process of its own on loopback."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from local.errors import CallbackError
from local.log_file import last_lines
from local.loopback_ports import HOST, free_port

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Callback:
    """Starts without waiting; its tasks are kept in `callback.sqlite` of the state folder.

    People need no token on a laptop. Calls have to be signed with the keys that `environment` names; where it names
    none, anybody may call. It also has what the service needs to make schedules.
    """

    def __init__(self, state: Path, port: int = 0, environment: Mapping[str, str] | None = None) -> None:
        self.database = state / "callback.sqlite"
        self.log = state / "callback.log"
        self.port = free_port(port)
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base URL of the service."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; `wait` tells when it answers."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.callback_process", str(self.port)],
                cwd=_ROOT,
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "CALLBACK_DATABASE": str(self.database),
                    "CALLBACK_OPEN": "true",
                    **self._environment,
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is its parent's to handle
            )

    def wait(self) -> None:
        """Wait until it answers; CallbackError with the end of its log if it does not."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_healthy():
            if not self.running or time.monotonic() > deadline:
                self.stop()
                end = last_lines(self.log)
                raise CallbackError(f"the callback service did not start; the end of {self.log}:\n{end}")
            time.sleep(0.03)

    def stop(self) -> None:
        """End it; calls under way are answered."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
