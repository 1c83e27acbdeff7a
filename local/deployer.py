"""The deployer: brings the emulator to what the Pulumi program says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from local.engine import Order, described_instance
from local.program_process import ProgramProcess
from local.stack_file import read_stack

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator
    from local.engine import Deployment, ResourceChange


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
    """Runs a program against an emulator, in the emulator's region, as often as wanted, with its state in a folder.

    `api_endpoint` is what every HTTP API gives as its URL. `protect` and `retainOnDelete` do not hold here, since the
    emulator's state can be created again at any time: a warning says what `pulumi up` would refuse. A `process` of the
    caller's is not closed here.
    """

    def __init__(
        self,
        program: Program,
        emulator: Emulator,
        state: Path,
        *,
        api_endpoint: str | None = None,
        process: ProgramProcess | None = None,
    ) -> None:
        self._program = program
        self._emulator = emulator
        self._state = state.resolve()
        self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._api_endpoint = api_endpoint
        self._verified = False
        self._owns_process = process is None
        self._process = process or ProgramProcess(emulator.endpoint, emulator.region, self._state / "program.log")

    @property
    def log(self) -> Path:
        """The file that what the program prints goes to."""
        return self._process.log

    def warm_up(self) -> None:
        """Start the program's process, which takes most of a second, without waiting for it."""
        self._process.warm_up()

    def deploy(self, on_change: Callable[[ResourceChange], None] = lambda change: None) -> Deployment:
        """Run the program and change what differs; `on_change` hears of each change as it happens.

        The first deployment also checks that everything still exists, and creates missing parts again. Errors of the
        program or its resources are in the result; DeployerError if it cannot run at all.
        """
        order = self._order()
        if not self._emulator.fresh and described_instance(Path(order.state)) != order.instance:
            self._emulator.reset()  # what it holds is in no state
        deployment = self._process.run(order, on_change)
        self._verified = deployment.error is None
        return deployment

    def close(self) -> None:
        """End the program's process."""
        if self._owns_process:
            self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _order(self) -> Order:
        program = self._program
        stack = read_stack(program.folder, program.stack)
        return Order(
            folder=str(program.folder.resolve()),
            project=stack.project,
            stack=program.stack,
            state=str(self._state / f"{program.stack}.jsonl"),
            instance=self._emulator.instance,
            config={**stack.config, **program.config, "aws:region": self._emulator.region},
            secret_keys=stack.secret_keys,
            api_endpoint=self._api_endpoint,
            verify=not self._verified,
        )
