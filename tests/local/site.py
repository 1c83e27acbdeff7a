"""A team's repository and the emulator that its stacks are deployed to, by the real program."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.clients import ACCOUNT
from local.deployer import Deployer, Program
from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import AwsAccess, AwsClients, StackStatus, find_stack, stack_status, take_inventory
from schedule_catalog.settings import put_together, read_settings
from tests.infra.sample import CONFIG

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator
    from local.engine import Deployment
    from local.program_process import ProgramProcess

ROOT = Path(__file__).parents[2]
Entries = Mapping[str, Mapping[str, Any]]


class Gate:
    """Stands before the emulator, and may refuse a request: `refuses` is asked for each that makes something.

    What it refuses gets the answer of an exhausted quota, which nobody tries again.
    """

    def __init__(self, endpoint: str) -> None:
        gate = self
        self.refuses: Callable[[str], bool] = lambda path: False

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.command == "POST" and gate.refuses(self.path):
                    self.answer(402, {"X-Amzn-ErrorType": "ServiceQuotaExceededException"}, b'{"Message": "enough"}')
                    return
                headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
                request = urllib.request.Request(endpoint + self.path, body, headers, method=self.command)
                try:
                    with urllib.request.urlopen(request) as found:
                        self.answer(found.status, found.headers, found.read())
                except urllib.error.HTTPError as error:
                    self.answer(error.code, error.headers, error.read())

            def answer(self, status: int, headers: Any, body: bytes) -> None:
                self.send_response(status)
                for key, value in headers.items():
                    if key.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = pass_on  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def open(self) -> Generator[Gate]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class Site:
    """One project's repository: stack files, a catalog, the packages and the real program."""

    def __init__(self, folder: Path, project: str, emulator: Emulator, process: ProgramProcess) -> None:
        self.folder = folder
        self.project = project
        self._emulator = emulator
        self._process = process
        self._deployers: dict[str, Deployer] = {}
        self._up: dict[str, bytes] = {}
        self._clients = AwsClients(AwsAccess(emulator.region, endpoint_url=emulator.endpoint, account=ACCOUNT))
        folder.mkdir(exist_ok=True)
        (folder / "schedules").mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: {project}\n")
        shutil.copy(ROOT / "__main__.py", folder)
        for package in ("proxy", "callback"):
            self.code(package, "version = 1\n")

    def code(self, package: str, text: str) -> None:
        (self.folder / "packages" / package).mkdir(parents=True, exist_ok=True)
        (self.folder / "packages" / package / "handler.py").write_text(text)

    def settings(self, stack: str, settings: Mapping[str, Any] | None = None) -> None:
        given = {**CONFIG, **(settings or {})} if not (settings or {}).get("shard", {}).get("core") else settings or {}
        config = {**given, "catalog": "schedules", "packages": "packages"}
        text = json.dumps({"config": {f"schedule-catalog:{key}": value for key, value in config.items()}}, indent=1)
        (self.folder / f"Pulumi.{stack}.yaml").write_text(text)

    def catalog(self, files: Mapping[str, Entries | str]) -> None:
        """Replace the catalog: entries by file, or a file's text as it is."""
        shutil.rmtree(self.folder / "schedules")
        for file, content in files.items():
            path = self.folder / "schedules" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps({"owner": "team", "schedules": content})
            path.write_text(text)

    def up(self, stack: str) -> Deployment:
        if stack not in self._deployers:
            program = Program(self.folder, stack)
            state = self.folder / "state"
            self._deployers[stack] = Deployer(
                program, self._emulator, state, api_endpoint="http://127.0.0.1:9", process=self._process
            )
        deployment = self._deployers[stack].deploy()
        self._up[stack] = self._content() if deployment.succeeded else b""
        return deployment

    def rename(self, project: str) -> None:
        """Let the program call its resources by another project's name, as a careless edit of it would."""
        main = self.folder / "__main__.py"
        named = main.read_text().replace("Names(pulumi.get_project()", f'Names("{project}"')
        assert project in named
        main.write_text(named)
        self.project = project

    def look_again(self, stack: str) -> None:
        """Let the next deployment look whether everything is still there."""
        del self._deployers[stack]

    def forget(self, stack: str) -> None:
        """Take a stack's settings away, where it has any."""
        (self.folder / f"Pulumi.{stack}.yaml").unlink(missing_ok=True)

    def is_up(self, stack: str) -> bool:
        """Tell whether what is in the files is what was deployed."""
        return self._up.get(stack) == self._content()

    def _content(self) -> bytes:
        files = sorted(path for part in ("schedules", "packages") for path in (self.folder / part).rglob("*.*"))
        return b"".join(path.read_bytes() for path in [*files, *sorted(self.folder.glob("Pulumi.*"))])

    def state(self, stack: str) -> list[dict[str, Any]]:
        """The resources that the deployer knows of."""
        lines = (self.folder / "state" / f"{stack}.jsonl").read_text().splitlines()
        return [json.loads(line)["put"] for line in lines[1:]]

    def names(self, stack: str) -> Names:
        return Names(self.project, stack, self._emulator.region)

    def status(self, stack: str) -> StackStatus:
        """What `schedules status` says: every schedule of AWS against the catalog, field by field."""
        settings = put_together(map(read_settings, self.folder.glob("Pulumi.*.yaml")))[stack]
        now = datetime.now(UTC)
        entries = check([self.folder / "schedules"], settings={}, calendars=UNREAD, stack=stack, now=now).for_stack(
            stack
        )
        names = self.names(stack)
        found = find_stack(self._clients, names)
        return stack_status(found, take_inventory(found, entries, settings, now), settings, names)

    def schedules(self, stack: str) -> dict[str, dict[str, Any]]:
        """The schedules of the group as AWS has them, by name."""
        scheduler, group = self._emulator.client("scheduler"), self.names(stack).catalog_group
        found = scheduler.list_schedules(GroupName=group, MaxResults=100)["Schedules"]
        return {each["Name"]: _bare(scheduler.get_schedule(GroupName=group, Name=each["Name"])) for each in found}


def _bare(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def operations(deployment: Deployment) -> dict[str, str]:
    """What a deployment that succeeded did, by resource."""
    assert deployment.succeeded, (deployment.error, [str(failure) for failure in deployment.failures])
    return {change.name: change.operation for change in deployment.changes}


def counting(number: int, part: str) -> Callable[[str], bool]:
    """Refuse the request of this number among those whose path has the part, and none before or after."""
    calls: Iterator[int] = iter(range(1, 1_000_000))
    lock = threading.Lock()

    def refuses(path: str) -> bool:
        with lock:
            return part in path and next(calls) == number

    return refuses
