"""Run a Pulumi program under Pulumi's own runtime, and delete what it no longer wants."""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import configure, set_all_config
from pulumi.runtime.settings import Settings
from pulumi.runtime.stack import run_in_stack

from local.engine.deployment import Failure, ResourceChange
from local.engine.monitor import EngineLog, Monitor
from local.engine.reconciler import Reconciler, ResourceError
from local.engine.state import DeployedResource, DeployedState
from local.locking import lock_folder

if TYPE_CHECKING:
    from local.clients import Clients
    from local.engine.order import Order
from local.resources.tags import default_tags

_PARALLEL = 16
_LOCK_SECONDS = 60.0
Event = dict[str, Any]


def deploy(order: Order, aws: Clients, send: Callable[[Event], None]) -> None:
    """Run the ordered program once; `send` hears of each change and failure, and last of the end."""
    state_path = Path(order.state)
    lock = lock_folder(state_path.parent, "deployer.lock", patience_seconds=_LOCK_SECONDS)
    state = DeployedState(state_path, order.instance)
    try:
        _Run(order, aws, state, send).run()
    finally:
        state.close()
        os.close(lock)


class _Run:
    def __init__(self, order: Order, aws: Clients, state: DeployedState, send: Callable[[Event], None]) -> None:
        self._order = order
        self._state = state
        self._send = send
        self._reconciler = Reconciler(aws, state, self._report, tags=default_tags(order.config), verify=order.verify)
        self._log = EngineLog()
        self._monitor = Monitor(
            stack=order.stack,
            project=order.project,
            folder=Path(order.folder),
            aws=aws,
            reconciler=self._reconciler,
            api_endpoint=order.api_endpoint,
            fail=self._fail,
        )

    def run(self) -> None:
        error = self._error_of_program()
        if error is None:
            self._delete_unwanted()
        outputs = self._monitor.outputs if error is None else {}
        self._send(
            {
                "end": {
                    "error": error,
                    "outputs": outputs,
                    "unchanged": self._reconciler.unchanged,
                    "warnings": self._log.warnings,
                }
            }
        )

    def _report(self, change: ResourceChange) -> None:
        if change.operation == "replace" and self._state.entries[change.urn].protected:
            self._warn_of_protection(change, "replaced")
        self._send({"change": asdict(change)})

    def _fail(self, failure: Failure) -> None:
        self._send({"failure": asdict(failure)})

    def _error_of_program(self) -> str | None:
        try:
            asyncio.run(self._main())
        except pulumi.RunError as error:
            return str(error)
        except SystemExit as error:
            return f"the program ended itself with {error.code!r}"
        except Exception as error:
            return self._traceback(error)
        return None

    def _traceback(self, error: Exception) -> str:
        """The traceback from the program's first line on, without what runs the program."""
        trace = error.__traceback__
        while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(self._order.folder + os.sep):
            trace = trace.tb_next
        return "".join(traceback.format_exception(type(error), error, trace, chain=False)).rstrip()

    async def _main(self) -> None:
        """Do what Pulumi's own executor does (pulumi-language-python-exec)."""
        order = self._order
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_PARALLEL))
        configure(
            Settings(
                project=order.project,
                stack=order.stack,
                monitor=self._monitor,
                engine=self._log,
                parallel=_PARALLEL,
                dry_run=False,
                organization="local",
                root_directory=order.folder,
            )
        )
        set_all_config(dict(order.config), list(order.secret_keys))
        main = str(_main_of(Path(order.folder)))
        sys.argv = [main]
        sys.path.insert(0, order.folder)
        os.chdir(order.folder)

        def program() -> None:
            runpy.run_path(main, run_name="__main__")

        await run_in_stack(program)

    def _delete_unwanted(self) -> None:
        """Delete dependents before what they depend on; what a failed one still needs stays."""
        kept: set[str] = set()
        for entry in _dependents_first(list(self._state.entries.values())):
            if not entry.outdated and entry.urn in self._monitor.seen | self._reconciler.contested | kept:
                continue
            if entry.protected and not entry.outdated:
                self._warn_of_protection(entry, "deleted")
            if not self._deleted(entry):
                kept.update(entry.dependencies)

    def _deleted(self, entry: DeployedResource) -> bool:
        try:
            self._reconciler.delete(entry)
        except ResourceError as error:
            self._fail(Failure(entry.urn, entry.type, entry.name, f"could not be deleted: {error}"))
            return False
        return True

    def _warn_of_protection(self, one: DeployedResource | ResourceChange, done: str) -> None:
        self._log.warnings.append(
            f'"{one.name}" ({one.type}) is protected: it is {done} here, and `pulumi up` will refuse to'
        )


def _main_of(folder: Path) -> Path:
    """The project's program; a folder with nothing but a catalog and its settings is deployed by ours."""
    own = folder / "__main__.py"
    return own if own.is_file() else Path(__file__).parents[2] / "__main__.py"


def _dependents_first(entries: list[DeployedResource]) -> list[DeployedResource]:
    """The entries in an order in which each stands before those that it depends on."""
    by_urn = {entry.urn: entry for entry in entries if not entry.outdated}
    ordered: dict[str, DeployedResource] = {}

    def visit(entry: DeployedResource) -> None:
        if entry.key in ordered:
            return
        for urn in entry.dependencies:
            if urn in by_urn and urn != entry.urn:
                visit(by_urn[urn])
        ordered[entry.key] = entry

    for entry in entries:
        visit(entry)
    return list(reversed(ordered.values()))
