"""The process that programs run in, seen from the outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from local.engine import Deployment, Failure, ResourceChange
from local.errors import DeployerError
from local.log_file import last_lines

if TYPE_CHECKING:
    from local.engine import Order

_ROOT = Path(__file__).resolve().parent.parent
_END_SECONDS = 10.0


class ProgramProcess:
    """A warm process that deploys one order after the other to one endpoint; what programs print goes to `log`.

    It sees nothing of this process's environment, and it ends when this process does.
    """

    def __init__(self, endpoint: str, region: str, log: Path) -> None:
        self.log = log
        self._arguments = (endpoint, region)
        self._process: subprocess.Popen[str] | None = None

    def warm_up(self) -> None:
        """Start it without waiting: it imports for most of a second. Once it runs, nothing."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._spawn()

    def run(self, order: Order, on_change: Callable[[ResourceChange], None]) -> Deployment:
        """Run one order to its end; DeployerError if the process is killed meanwhile."""
        self.warm_up()
        process = cast("subprocess.Popen[str]", self._process)
        try:
            stdin = cast("IO[str]", process.stdin)
            stdin.write(order.to_json() + "\n")
            stdin.flush()
        except BrokenPipeError as error:
            self.close()
            raise DeployerError(
                f"the program's process has ended; the end of {self.log}:\n{last_lines(self.log)}"
            ) from error
        try:
            return self._collect(cast("IO[str]", process.stdout), on_change)
        except BaseException:
            self.close()  # what it still has to say belongs to no later order
            raise

    def close(self) -> None:
        """End it; a deployment under way is given some time to finish."""
        process, self._process = self._process, None
        if process is None:
            return
        cast("IO[str]", process.stdout).close()
        with suppress(BrokenPipeError):
            cast("IO[str]", process.stdin).close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _spawn(self) -> subprocess.Popen[str]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "local.engine.process", *self._arguments],
                cwd=_ROOT,
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "HOME": str(self.log.parent),
                    "NO_PROXY": "*",
                    "PULUMI_ERROR_OUTPUT_STRING": "true",  # an Output in an f-string is an error, not a text
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for this process to handle
            )

    def _collect(self, events: IO[str], on_change: Callable[[ResourceChange], None]) -> Deployment:
        changes: list[ResourceChange] = []
        failures: list[Failure] = []
        end: Mapping[str, Any] | None = None
        for line in events:
            match json.loads(line):
                case {"change": change}:
                    changes.append(ResourceChange(**change))
                    on_change(changes[-1])
                case {"failure": failure}:
                    failures.append(Failure(**failure))
                case {"end": summary}:
                    end = summary
                case _:
                    break  # the forked process is gone
        if end is None:
            raise DeployerError(f"the program's process was killed; the end of {self.log}:\n{last_lines(self.log)}")
        return Deployment(
            changes=tuple(changes),
            failures=tuple(failures),
            unchanged=end["unchanged"],
            outputs=end["outputs"],
            warnings=tuple(end["warnings"]),
            error=end["error"],
        )
