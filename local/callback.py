"""The callback service on the laptop: the real app, in a process of its own on loopback."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.errors import CallbackError
from local.log_file import last_lines
from local.loopback_ports import HOST, free_port

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Callback:
    """Starts without waiting; its tasks are kept in `callback.sqlite` of the state folder.

    On a laptop all people are one, by the token of the state folder. Calls have to be signed with the keys that
    `environment` names; where it names none, anybody may call. It also has what the service needs to make schedules.
    `hosts` are the names by which it is reached besides loopback's own.
    """

    def __init__(
        self, state: Path, port: int = 0, environment: Mapping[str, str] | None = None, hosts: Sequence[str] = ()
    ) -> None:
        self.database = state / "callback.sqlite"
        self.log = state / "callback.log"
        self.port = free_port(port)
        self.token = _kept_token(state / "callback.token")
        self._environment = environment or {}
        self._hosts = tuple(hosts)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base URL of the service."""
        return f"http://{HOST}:{self.port}"

    @property
    def page(self) -> str:
        """The address of its page, which signs a browser in."""
        return f"{self.url}/#token={self.token}"

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
                    "CALLBACK_OPEN_TOKEN": self.token,
                    "CALLBACK_ALLOWED_HOSTS": " ".join(self._hosts),
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


def _kept_token(file: Path) -> str:
    """The token of the state folder, the same at each start, so that scripts and open pages stay signed in."""
    try:
        if re.fullmatch(r"[\w-]{22}", found := file.read_text(encoding="ascii")):
            return found
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    token = secrets.token_urlsafe(16)
    file.touch(mode=0o600)
    file.write_text(token, encoding="ascii")
    return token
