"""A stack on the emulator with one application, `shop`, whose server is a process of the test; schedules really fire.

Everything is real but AWS and the dispatcher's clock, which is put forward over the minutes until calls are due.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3

from infra.packages import PACKAGES, Platform, stage
from local.clients import ACCOUNT
from local.deployer import Deployer, Program
from local.dispatcher import AwsTarget, Dispatcher, Journal, Loop, Notice, SchedulerSource
from local.emulator.emulator import Emulator
from local.loopback_ports import HOST, free_port
from local.options import CHECKOUT
from schedule_catalog.settings import NAMESPACE, read_settings, signing_secret
from schedule_client.emulated import emulated_environment
from tests.eventually import eventually

if TYPE_CHECKING:
    from subprocess import Popen

ROOT = Path(__file__).parents[2]
SWEEP = "/api/v1/sweep"


@dataclass
class Clock:
    """The wall clock, put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class ShopStack:
    """The deployed stack; `port` is where the application has to answer."""

    emulator: Emulator
    port: int
    outputs: Mapping[str, Any]
    signing_key: str
    clock: Clock
    notices: list[Notice] = field(default_factory=list[Notice])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the application is told: where schedules go, and how AWS is reached."""
        where = dict(self.outputs["application_environments"]["shop"])
        return {**where, **emulated_environment(self.emulator.endpoint, self.emulator.region, ACCOUNT)}

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def runs(self) -> list[dict[str, str]]:
        """The runs in the ledger: schedule, origin and state."""
        items = self.client("dynamodb").scan(TableName=self.outputs["ledger_table"])["Items"]
        return [
            {
                "schedule": item.get("schedule", {}).get("S", ""),
                "origin": item["pk"]["S"].partition("#")[0],
                "state": item["state"]["S"],
                "attempt": item.get("attempt", {}).get("N", ""),
            }
            for item in items
            if "state" in item
        ]

    def pending(self) -> set[str]:
        """The names of the application's schedules."""
        group = self.outputs["application_environments"]["shop"]["SCHEDULER_GROUP_NAME"]
        listed = self.client("scheduler").list_schedules(GroupName=group, MaxResults=10_000)
        return {each["Name"] for each in listed["Schedules"]}

    def pass_(self, **span: float) -> None:
        self.clock.ahead += timedelta(**span)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A request of the application; None while nobody answers."""
        try:
            return urllib3.request(method, self.url + path, json=body, headers=headers, retries=False, timeout=20)
        except urllib3.exceptions.HTTPError:
            return None

    @contextmanager
    def serving(
        self, folder: Path, *command: str, environment: Mapping[str, str] | None = None, **more: str
    ) -> Generator[Popen[bytes]]:
        """The application's process, started in `folder`; it is gone at the end, whatever became of it."""
        own = {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **self.environment}
        environment = {**(own if environment is None else environment), **more}
        with (folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", *command], cwd=folder, env=environment, stdout=log, stderr=log
            )
        try:
            eventually(lambda: process.poll() is not None or self.ask("GET", "/health") is not None)
            assert process.poll() is None, (folder / "server.log").read_text()
            yield process
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def shop_stack(
    folder: Path, sweep: str = SWEEP, entries: Mapping[str, Any] | None = None, **settings: Any
) -> Generator[ShopStack]:
    """The stack, deployed by the real program from its own folder; `sweep` is the path that the catalog calls."""
    (folder / "schedules").mkdir(parents=True)
    entry = {"rate": "1 minute", "request": {"service": "shop", "path": sweep}}
    (folder / "schedules" / "all.yaml").write_text(
        json.dumps({"owner": "shop", "schedules": {"shop-sweep": entry, **(entries or {})}})
    )
    for package in PACKAGES:
        stage(package, folder / "packages", Platform.HOST)
    port = free_port(0)
    chosen: dict[str, Any] = {
        "catalog": str(folder / "schedules"),
        "packages": str(folder / "packages"),
        "services": {"shop": "https://shop.example.com"},
        "hosts": ["shop.example.com"],
        "owners": {},
        "secrets": {},
        "signing": {"shop": {"services": ["shop"], "origins": ["catalog", "shop"]}},
        "applications": {"shop": {"prefix": "shop-"}},
        "proxy_routes": {"default": f"http://{HOST}:{port}", "direct": [HOST]},
        **settings,
    }
    config = {
        f"{NAMESPACE}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in chosen.items()
    }
    with ExitStack() as parts:
        emulator = parts.enter_context(Emulator(folder / "emulator", retry_seconds=0.1))
        deployer = parts.enter_context(
            Deployer(Program(CHECKOUT, "dev", config), emulator, folder / "deployer", api_endpoint="http://127.0.0.1:9")
        )
        deployment = deployer.deploy()
        assert deployment.succeeded, (deployment.error, [str(failure) for failure in deployment.failures])
        secret = signing_secret(read_settings(CHECKOUT / "Pulumi.dev.yaml"), "shop")
        key = emulator.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
        stack = ShopStack(emulator, port, dict(deployment.outputs), key, Clock())
        journal = Journal(folder / "journal.sqlite")
        dispatcher = Dispatcher(
            source=SchedulerSource(emulator.client("scheduler")),
            target=AwsTarget(emulator.client("lambda"), emulator.client("sqs")),
            journal=journal,
            clock=stack.clock,
            identifier=lambda: uuid.uuid4().hex[:16],
            notify=stack.notices.append,
        )
        loop = Loop(dispatcher, stack.clock, stack.notices.append)
        parts.callback(journal.close)
        parts.callback(loop.stop)
        loop.start()
        yield stack
        assert loop.failure is None
