"""The AWS emulator: ministack in a process of its own, on loopback, with its own state."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.clients import ACCOUNT, Clients
from local.emulator.kept_events import read_unprocessed
from local.errors import EmulatorError
from local.locking import lock_folder
from local.log_file import last_lines
from local.loopback_ports import HOST, free_port

COMMAND = (sys.executable, "-m", "local.emulator.process")
_ROOT = Path(__file__).resolve().parent.parent.parent
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_PREDECESSOR_SECONDS = 8.0  # one whose parent was killed needs up to 2 s to notice, and then saves its state


class Emulator:
    """An AWS emulator that keeps its state in a folder and dies with the process that started it.

    It sees nothing of the environment of its parent, and so no secret of the machine. `instance` names one life of its
    state: a kill loses what changed since the start, so the next start begins empty (`fresh`) under another `instance`.
    With `authorize` it asks IAM about every request but the account's own, as which `client` comes; without, everybody
    may do everything.
    Of what browsers send it answers nothing; programs reach it on loopback and by the names in `hosts`.
    `retry_seconds` is the wait before Lambda's first asynchronous retry (AWS: 60); the second waits twice as long.
    """

    def __init__(
        self,
        state: Path,
        *,
        region: str = "eu-central-1",
        port: int | None = None,
        retry_seconds: float = 5,
        authorize: bool = False,
        hosts: Sequence[str] = (),
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.state = state.resolve()
        self.region = region
        self.instance = ""
        self.fresh = False
        self._retry_seconds = retry_seconds
        self._authorize = authorize
        self._hosts = tuple(hosts)
        self._command = command
        self._wanted_port = port
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: Clients | None = None

    @property
    def endpoint(self) -> str:
        """The URL of every AWS API."""
        if self._process is None:
            raise EmulatorError("the emulator is not running: start it first")
        return f"http://{HOST}:{self._port}"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        """File of its output, truncated by each start."""
        return self.state / "emulator.log"

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator, by boto3's name of the service."""
        if self._clients is None:
            self._clients = Clients(self.endpoint, self.region)
        return self._clients.client(service)

    def as_role(self, service: str, role_arn: str) -> Any:
        """A boto3 client of the emulator for a session of a role."""
        return Clients(self.endpoint, self.region).as_role(service, role_arn)

    def start(self) -> Self:
        """Start and wait until it answers; EmulatorError with the end of its log if it does not."""
        self.launch()
        self._wait_until_healthy()
        return self

    def launch(self) -> Self:
        """Start without waiting, unless it runs; its endpoint is known from here on."""
        if self.running:
            return self
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = lock_folder(self.state, "emulator.lock", patience_seconds=_PREDECESSOR_SECONDS)
        try:
            self._prepare()
            self._process = self._spawn(lock)
        finally:
            os.close(lock)  # the child holds it from here on
        self._clients = None
        return self

    def stop(self) -> None:
        """Stop it and save its state; one that does not stop in time is killed and begins empty at the next start."""
        process, self._process = self._process, None
        self._clients = None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.state / "tmp", ignore_errors=True)

    def send_kept_events(self) -> None:
        """Invoke functions with the replays that none had processed before the last stop; one may be gone since."""
        functions = self.client("lambda")
        for function, event in read_unprocessed(self._kept_events):
            payload = json.dumps(event).encode()
            with suppress(functions.exceptions.ResourceNotFoundException):
                functions.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
        self._kept_events.unlink(missing_ok=True)

    def reset(self) -> None:
        """Empty it."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=30)
        try:
            connection.request("POST", "/_ministack/reset")
            connection.getresponse().read()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        """Choose port and instance; remove what a killed predecessor left behind."""
        shutil.rmtree(self.state / "tmp", ignore_errors=True)  # unpacked functions
        (self.state / "tmp").mkdir(mode=0o700)
        before = self._remembered()
        self._port = self._choose_port(before.get("port"))
        # Stored queue URLs carry the port: with another one the state is of no use.
        kept = before.get("port") == self._port and not self._mark.exists()
        if not kept:
            shutil.rmtree(self.state / "data", ignore_errors=True)
        self.instance = before["instance"] if kept else uuid.uuid4().hex
        self.fresh = not kept
        (self.state / "data").mkdir(mode=0o700, exist_ok=True)
        self._memory.write_text(json.dumps({"instance": self.instance, "port": self._port}))
        self._mark.touch()

    @property
    def _mark(self) -> Path:
        """A file that is there while the emulator runs, and after it was killed."""
        return self.state / "emulator.running"

    @property
    def _memory(self) -> Path:
        return self.state / "emulator.json"

    @property
    def _kept_events(self) -> Path:
        """A file with the replays that no function had processed when the emulator stopped."""
        return self.state / "emulator.events.json"

    def _remembered(self) -> dict[str, Any]:
        try:
            return json.loads(self._memory.read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def _choose_port(self, before: int | None) -> int:
        if self._wanted_port is not None:
            if free_port(self._wanted_port) != self._wanted_port:
                raise EmulatorError(
                    f"port {self._wanted_port} of {HOST} is in use: end what listens there, or name another"
                )
            return self._wanted_port
        return free_port(before or 0)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                self._command,
                cwd=_ROOT,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C is its parent's to handle
            )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "HOME": str(self.state / "tmp"),
            "TMPDIR": str(self.state / "tmp"),
            "RUNNING_MARK": str(self._mark),
            "KEPT_EVENTS": str(self._kept_events),
            "BIND_HOST": HOST,
            "ALLOWED_HOSTS": " ".join(self._hosts),
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self._port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": self.region,
            "AUTH": str(self._authorize).lower(),
            "AWS_SECRET_ACCESS_KEY": ACCOUNT,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state / "data"),
            "S3_DATA_DIR": str(self.state / "data" / "s3"),
            "DOCKER_HOST": "unix:///nonexistent",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(self._retry_seconds),
            "LAMBDA_ASYNC_RETRY_MAX_SECONDS": str(2 * self._retry_seconds),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }

    def _wait_until_healthy(self) -> None:
        assert self._process is not None  # noqa: S101 - just started
        deadline = time.monotonic() + _START_SECONDS
        while not _is_healthy(self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                self._mark.unlink(missing_ok=True)  # nobody has changed anything
                raise EmulatorError(f"the emulator did not start; the end of {self.log}:", log=last_lines(self.log))
            time.sleep(0.02)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
