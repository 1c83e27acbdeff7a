"""The emulator as the site of the smoke test: what it lacks is named, and EventBridge Scheduler is played by hand."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from infra.packages import PACKAGES, Platform, stage
from local.clients import Clients
from local.deployer import Deployer, Program
from local.options import CHECKOUT
from local.smoke.errors import FailedError
from local.smoke.stack import CATALOG
from schedule_catalog.settings import NAMESPACE

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator.emulator import Emulator
    from schedule_catalog.operations import ServiceClients


@contextmanager
def answering() -> Generator[str]:
    """The target, with the answers of the one in AWS."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response({"/refuse": 404, "/busy": 503}.get(self.path, 200))
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class EmulatedSite:
    """Deploys by the laptop's deployer, to an emulator that asks IAM."""

    patience_seconds = 15.0
    lacks: Mapping[str, str] = {
        "metrics": "the emulator makes no metrics of log lines",
        "alarms": "the emulator has no metrics of AWS",
        "open questions": "the emulator checks no expression",
        "token issuer": "the emulator has no switch for tokens",
        "retry loop": "its attempts take an hour or two",
        "invoke right": "the emulator does not ask for a schedule's role",
    }

    def __init__(self, name: str, folder: Path, emulator: Emulator, target: str) -> None:
        self._name, self._folder, self._emulator, self._target = name, folder, emulator, target
        self.clients: ServiceClients = Clients(emulator.endpoint, emulator.region)
        self.region = emulator.region
        self.deployments: list[Mapping[str, Any]] = []
        (folder / "schedules").mkdir()
        (folder / "schedules" / "smoke.yaml").write_text(CATALOG)
        for name in ("__main__.py", "Pulumi.yaml"):
            shutil.copy(CHECKOUT / name, folder)
        (folder / f"Pulumi.{self._name}.yaml").write_text("config: {}\n")
        for package in PACKAGES:
            stage(package, folder / "packages", Platform.HOST)

    def target(self) -> str:
        return self._target

    def settings(self) -> Mapping[str, Any]:
        host = self._target.removeprefix("http://")
        local = {"catalog": str(self._folder / "schedules"), "packages": str(self._folder / "packages")}
        return {**local, "http_hosts": [host], "proxy_routes": {"default": self._target, "direct": ["127.0.0.1"]}}

    def up(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> Mapping[str, Any]:
        self.deployments.append({**settings, "tags": tags})
        config = {
            f"{NAMESPACE}:{key}": each if isinstance(each, str) else json.dumps(each) for key, each in settings.items()
        }
        return self._deploy(Program(self._folder, self._name, config)).outputs

    def differences(self) -> tuple[str, ...]:
        known = {key: each for key, each in self.deployments[-1].items() if key != "tags"}
        config = {
            f"{NAMESPACE}:{key}": each if isinstance(each, str) else json.dumps(each) for key, each in known.items()
        }
        return tuple(
            f"{each.operation} {each.name}" for each in self._deploy(Program(self._folder, self._name, config)).changes
        )

    def destroy(self) -> None:
        self._emulator.reset()

    def fires(self, group: str, name: str) -> None:
        """Hand the schedule's event to its alias, and delete it, as EventBridge Scheduler does."""
        scheduler = self.clients.client("scheduler")
        found = scheduler.get_schedule(Name=name, GroupName=group)
        time_due = datetime.strptime(found["ScheduleExpression"], "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)
        text = found["Target"]["Input"].replace("<aws.scheduler.schedule-arn>", found["Arn"])
        text = text.replace("<aws.scheduler.scheduled-time>", time_due.strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.clients.client("lambda").invoke(FunctionName=found["Target"]["Arn"], InvocationType="Event", Payload=text)
        scheduler.delete_schedule(Name=name, GroupName=group)

    def as_role(self, service: str, role_arn: str) -> Any:
        return self._emulator.as_role(service, role_arn)

    def _deploy(self, program: Program) -> Any:
        with Deployer(program, self._emulator, self._folder / "deployer", api_endpoint=self._target) as deployer:
            deployment = deployer.deploy()
        if not deployment.succeeded:
            raise FailedError(str(deployment.error or deployment.failures))
        return deployment
