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

from callback_api.handlers import SECONDS
from local.errors import CallbackError
from local.log_file import last_lines
from local.loopback_ports import HOST, free_port

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30.0
STOP_SECONDS = SECONDS + 5
_SHOWN_LINES = 4


class Callback:
    """Starts without waiting, with the variables of a stack: its table, its schedules, its signing keys, its code.

    On a laptop all people are one, by the token of the state folder. Calls have to be signed with the keys that the
    variables name; if they name none, anybody may call. `hosts` are the names by which it is reached besides
    loopback's own.
    """

    def __init__(
        self, state: Path, port: int = 0, hosts: Sequence[str] = (), start_seconds: float = _START_SECONDS
    ) -> None:
        self.log = state / "callback.log"
        self.port = free_port(port)
        self.token = _kept_token(state / "callback.token")
        self._hosts = tuple(hosts)
        self._start_seconds = start_seconds
        self._replacing = False
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
        """Whether its process lives, or is being replaced."""
        return self._replacing or self._lives

    @property
    def _lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the process; `wait` returns when it answers."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.callback_process", str(self.port)],
                cwd=_ROOT,
                env=self._variables(environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is its parent's to handle
            )

    def replace(self, environment: Mapping[str, str]) -> None:
        """Replace the process by one with these variables and the code as it is now.

        CallbackError, and the old process goes on, if the new one would not start.
        """
        self._check(environment)
        self._replacing = True
        try:
            self.stop()
            self.start(environment)
            self.wait()
        finally:
            self._replacing = False

    def _check(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "local.callback_process", "check"]
        try:
            checked = subprocess.run(
                command,
                cwd=_ROOT,
                env=self._variables(environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=self._start_seconds,
            )
        except subprocess.TimeoutExpired:
            reason = f"the handlers take longer than {self._start_seconds:g} s to load"
            raise CallbackError(f"{reason}, and the callback service goes on as it was") from None
        if checked.returncode:
            lines = [line for line in checked.stderr.splitlines() if "<frozen importlib" not in line]
            end = "\n".join(lines[-_SHOWN_LINES:])
            raise CallbackError(f"the handlers cannot be loaded, and the callback service goes on as it was:\n{end}")

    def _variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "CALLBACK_OPEN": "true",
            "CALLBACK_OPEN_TOKEN": self.token,
            "CALLBACK_ALLOWED_HOSTS": " ".join(self._hosts),
            **environment,
        }

    def wait(self) -> None:
        """Wait until it answers; CallbackError with the end of its log if it does not."""
        deadline = time.monotonic() + self._start_seconds
        while not self._is_healthy():
            if not self._lives or time.monotonic() > deadline:
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
            process.wait(STOP_SECONDS)
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
