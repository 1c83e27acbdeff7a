"""The parts of the laptop stack, started in order and stopped in the reverse one."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infra.packages import PACKAGES, PackageError, Platform, stage
from local.callback import Callback
from local.callback_plan import code_of, plan_of, stage_for_laptop
from local.clients import ACCOUNT
from local.console import AT_ONCE, LaptopConsole
from local.deployer import Deployer, Program
from local.dispatcher import AwsTarget, Dispatcher, Journal, Loop, Notice, SchedulerSource
from local.emulator.emulator import Emulator
from local.errors import LocalError
from local.locking import lock_folder
from local.loopback_ports import Ports
from local.receiver.receiver import Receiver
from local.release import Publisher, Release, Sources
from local.stack_file import own_config, read_stack
from local.watch import Watch
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import LaptopStack, find_stack
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.settings import SettingsError, SettingsFileError, read_settings
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from local.callback_plan import CallbackPlan
    from local.options import Options
    from schedule_catalog.settings import Settings

DEFAULT_REGION = "eu-central-1"
Progress = Callable[[str, str, float], None]


class Stack:
    """One stack on this machine; `progress` hears of each part that has started: name, what, seconds.

    `clock` is the dispatcher's, by which schedules fire. Used as a context manager: whatever was started is stopped, in
    whatever way it ends.
    """

    def __init__(
        self,
        options: Options,
        progress: Progress,
        stopping: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.sources = Sources(options.folder, options.stack, options.catalog)
        self.state = options.state.resolve() / options.stack
        self._live = options.live
        self._hosts = options.hosts
        self._progress = progress
        self._stopping = stopping
        self._clock = clock or utc_now
        self._parts = ExitStack()
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is impatient must not leave half of it behind
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if kind is KeyboardInterrupt:
            self._stopping()
        self._failed = kind not in (None, KeyboardInterrupt)
        self._parts.close()

    def start(self) -> Release:
        """Start everything but the dispatcher, and deploy; raises LocalError when a part does not start."""
        file = read_stack(self.sources.folder, self.sources.stack)
        region = file.region or DEFAULT_REGION
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._parts.callback(os.close, lock_folder(self.state, "stack.lock", patience_seconds=0))
        self._start_services(file.project, region)
        self._start_emulator(region)
        self._stage_packages()
        self._wait_for_callback()
        began = time.monotonic()
        self.watch = Watch((self.sources.catalog, self.sources.calendars), self.sources.settings_files)
        self.watch.follow(self._plan.code)
        release = self.publisher.release()
        if release.succeeded:
            self._progress("deploy", _said(release), time.monotonic() - began)
        if release.settings and any(client.type == "oidc" for client in release.settings.clients.values()):
            self._progress("issuer", "the emulator issues oidc tokens instead of AWS", 0.0)
        self._show_the_way(file.project, region)
        return release

    def serve_console(self, load: Callable[[], WantedCatalog]) -> str:
        """Serve the console over the deployed stack; return the address that signs a browser in."""
        desk = Desk(find_stack(self.emulator, self._names), self._names, load, self._clock, catalog_age=AT_ONCE)
        self.console.serve(desk, self.receiver)
        return self.console.address

    def dispatch(self, notify: Callable[[Notice], None]) -> tuple[Dispatcher, Loop]:
        """The dispatcher and its loop, which is not running yet."""
        journal = Journal(self.state / "journal.sqlite")
        dispatcher = Dispatcher(
            source=SchedulerSource(self.emulator.client("scheduler")),
            target=AwsTarget(
                self.emulator.client("lambda"), self.emulator.client("sqs"), partial(self.emulator.as_role, "sqs")
            ),
            journal=journal,
            clock=self._clock,
            identifier=lambda: uuid.uuid4().hex[:16],
            notify=notify,
        )
        loop = Loop(dispatcher, self._clock, notify)
        self._parts.callback(self._close, journal, loop)
        self._parts.callback(loop.stop)
        return dispatcher, loop

    def _close(self, journal: Journal, loop: Loop) -> None:
        """Close the journal; what comes due until the next start is left out only if nothing has died or failed."""
        if self._failed or loop.failure is not None or self.complaint() is not None:
            journal.abandon()
        else:
            journal.close()

    def complaint(self) -> str | None:
        """Name of a part that has died, if any."""
        if not self.emulator.running:
            return f"the emulator has died; the end of {self.emulator.log} may say why"
        if not self.callback.running:
            return f"the callback service has died; the end of {self.callback.log} may say why"
        return None

    def _show_the_way(self, project: str, region: str) -> None:
        """Let `schedules … --local` find the stack for as long as it runs."""
        sources = self.sources
        LaptopStack(
            project=project,
            stack=sources.stack,
            region=region,
            endpoint_url=self.emulator.endpoint,
            account=ACCOUNT,
            catalog=str(sources.catalog.resolve()),
            settings=str(sources.settings.resolve()),
        ).write(self.state)
        self._parts.callback(LaptopStack.forget, self.state)

    def _start_services(self, project: str, region: str) -> None:
        began = time.monotonic()
        before = Ports.read(self.state / "ports.json")
        self.receiver = Receiver(before.receiver, hosts=self._hosts)
        self._parts.callback(self.receiver.stop)
        self.receiver.start()
        self.began = utc_now()  # what waits in the emulator's queues may be called from now on
        self.emulator = Emulator(self.state / "emulator", region=region, hosts=self._hosts)
        self._parts.callback(self.emulator.stop)
        self.emulator.launch()
        self._names = Names(project, self.sources.stack, region)
        self._plan = self._plan_of(self._settings())
        self.callback = Callback(self.state, before.callback, self._hosts)
        self._parts.callback(self.callback.stop)
        self.callback.start(self._plan.variables)
        self._services_began = began
        self.console = LaptopConsole(before.console, self._hosts)
        self._parts.callback(self.console.stop)
        Ports(self.receiver.port, self.callback.port, self.console.port).write(self.state / "ports.json")
        self._progress("receiver", "answers for every host", time.monotonic() - began)

    def _start_emulator(self, region: str) -> None:
        self.emulator.start()
        self.deployer = Deployer(
            Program(self.sources.folder, self.sources.stack, self._config(region)),
            self.emulator,
            self.state / "deployer",
            api_endpoint=self.callback.url,
        )
        self._parts.callback(self.deployer.close)
        self.deployer.warm_up()
        self.publisher = Publisher(self.sources, self.emulator, self.deployer)
        took = time.monotonic() - self._services_began
        self._progress("emulator", f"AWS on this machine, {region}", took)

    def release(self) -> Release:
        """Deploy the files as they are now, and replace the callback service if its code or variables have changed."""
        try:
            replaced = self._replace_callback()
        except LocalError as error:
            return Release(error=str(error))
        return replace(self.publisher.release(), replaced=replaced)

    def _replace_callback(self) -> bool:
        settings = self._settings()
        if settings is None:
            return False  # the deployment says what is wrong with them
        self.watch.follow(code_of(settings, self.sources.folder))  # first: it may not exist yet
        plan = self._plan_of(settings)
        if plan == self._plan:
            return False
        self.callback.replace(plan.variables)
        stage_for_laptop(settings, self.sources.folder, self._packages)
        self._plan = plan
        return True

    def _settings(self) -> Settings | None:
        try:
            return read_settings(self.sources.settings, self._names.project)
        except (SettingsError, SettingsFileError):
            return None

    def _plan_of(self, settings: Settings | None) -> CallbackPlan:
        return plan_of(settings, self._names, self.sources.folder, self.emulator.endpoint)

    def _stage_packages(self) -> None:
        began = time.monotonic()
        try:
            for package in PACKAGES:
                stage(package, self._packages, Platform.HOST)
            stage_for_laptop(self._settings(), self.sources.folder, self._packages)
        except PackageError as error:
            raise LocalError(str(error)) from error
        self._progress("packages", f"{' and '.join(PACKAGES)} as Lambda gets them", time.monotonic() - began)

    def _wait_for_callback(self) -> None:
        self.callback.wait()
        self._progress("callback", "the callback service", time.monotonic() - self._services_began)

    @property
    def _packages(self) -> Path:
        return self.state / "packages"

    def _config(self, region: str) -> Mapping[str, str]:
        direct = ("127.0.0.1", *self._live)
        catalog, calendars = self.sources.catalog.resolve(), self.sources.calendars.resolve()
        return own_config(region, catalog, calendars, self._packages, self.receiver.url, direct)


def _said(release: Release) -> str:
    changed = len(release.changes)
    total = changed + (release.deployment.unchanged if release.deployment else 0)
    return f"{changed} of {total} resources changed" if changed else f"{total} resources, all as they were"
