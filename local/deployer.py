"""The deployer: brings the emulator to what the Pulumi program says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self, cast

from local.engine.deployment import Change, Deployment, Failure
from local.engine.order import Order
from local.engine.state import described_instance
from local.errors import DeployerError
from local.stack_file import read_stack

if TYPE_CHECKING:
    from local.emulator import Emulator

_ROOT = Path(__file__).resolve().parent.parent
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """A folder with a Pulumi program, and the stack of it to deploy.

    `config` adds to the stack's file, or replaces what it says, by full key (`project:key`); values are text, anything
    else as JSON.
    """

    folder: Path
    stack: str
    config: Mapping[str, str] = field(default_factory=dict[str, str])


class Deployer:
    """Runs a program against an emulator, as often as wanted, with its state in a folder.

    `function_environment` is merged into the variables of every function, and `api_endpoint` is what every HTTP API
    gives as its URL. The program runs in a process of its own, kept warm between deployments, which sees nothing of
    this one's environment; what it prints goes to `log`. `protect` and `retainOnDelete` do not hold here, since the
    emulator's state can be made anew at any time: a warning says what `pulumi up` would refuse.
    """

    def __init__(
        self,
        program: Program,
        emulator: Emulator,
        state: Path,
        *,
        function_environment: Mapping[str, str] | None = None,
        api_endpoint: str | None = None,
    ) -> None:
        self._program = program
        self._emulator = emulator
        self._state = state.resolve()
        self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._function_environment = function_environment or {}
        self._api_endpoint = api_endpoint
        self._process: subprocess.Popen[str] | None = None

    @property
    def log(self) -> Path:
        """The file that what the program prints goes to."""
        return self._state / "program.log"

    def warm_up(self) -> None:
        """Start the program's process, which takes most of a second, without waiting for it."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._spawn()

    def deploy(self, on_change: Callable[[Change], None] = lambda change: None) -> Deployment:
        """Run the program and change what differs; `on_change` hears of each change as it happens.

        What is wrong with the program or its resources is in the answer; DeployerError if it cannot run at all.
        """
        order = self._order()
        if not self._emulator.fresh and described_instance(Path(order.state)) != order.instance:
            self._emulator.reset()  # what it holds is in no state
        self.warm_up()
        assert self._process is not None  # noqa: S101 - just started
        _write_line(self._process, order.to_json())
        return self._collect(self._process, on_change)

    def close(self) -> None:
        """End the program's process; a deployment under way is given some time to finish."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _spawn(self) -> subprocess.Popen[str]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "local.engine.process", self._emulator.endpoint, self._emulator.region],
                cwd=_ROOT,
                env={
                    "PATH": os.defpath,
                    "LANG": "C.UTF-8",
                    "HOME": str(self._state),
                    "NO_PROXY": "*",
                    "PULUMI_ERROR_OUTPUT_STRING": "true",
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for this process to handle
            )

    def _order(self) -> Order:
        program = self._program
        stack = read_stack(program.folder, program.stack)
        return Order(
            folder=str(program.folder.resolve()),
            project=stack.project,
            stack=program.stack,
            state=str(self._state / f"{program.stack}.jsonl"),
            instance=self._emulator.instance,
            config={"aws:region": self._emulator.region, **stack.config, **program.config},
            secret_keys=stack.secret_keys,
            function_environment=self._function_environment,
            api_endpoint=self._api_endpoint,
        )

    def _collect(self, process: subprocess.Popen[str], on_change: Callable[[Change], None]) -> Deployment:
        changes: list[Change] = []
        failures: list[Failure] = []
        end: Mapping[str, Any] | None = None
        for line in cast("IO[str]", process.stdout):
            match json.loads(line):
                case {"change": change}:
                    changes.append(Change(**change))
                    on_change(changes[-1])
                case {"failure": failure}:
                    failures.append(Failure(**failure))
                case {"end": summary}:
                    end = summary
                case _:
                    break  # the forked process is gone
        if end is None:
            raise DeployerError(f"the program's process was killed; {self.log} may say why")
        return Deployment(
            changes=tuple(changes),
            failures=tuple(failures),
            unchanged=end["unchanged"],
            outputs=end["outputs"],
            warnings=tuple(end["warnings"]),
            error=end["error"],
        )


def _write_line(process: subprocess.Popen[str], line: str) -> None:
    stdin = cast("IO[str]", process.stdin)
    try:
        stdin.write(line + "\n")
        stdin.flush()
    except BrokenPipeError as error:
        raise DeployerError("the program's process has ended; its log may say why") from error
