"""A stack that was deployed to the emulator with IAM turned on, and what is outside of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

TIME = "2097-01-05T09:00:00Z"  # never too late


class Outside:
    """What is called: an application, and the way into the callback service's HTTP API."""

    def __init__(self) -> None:
        self.heard: dict[str, dict[str, str]] = {}
        self.calls: Counter[str] = Counter()
        self.api: tuple[str, int, str] = ("", 0, "")
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, text = outside.answer(self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path.startswith("/api/"):
            return self.ask("POST", path, body, {key: headers[key] for key in headers if key.lower() != "host"})
        self.calls[path] += 1
        self.heard[path] = {key.lower(): value for key, value in headers.items()}
        return {"/given-up": 404, "/retried": 503 if self.calls[path] == 1 else 200}.get(path, 200), b""

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """The answer of the callback service's function, by its HTTP API."""
        host, port, root = self.api
        connection = HTTPConnection(host, port, timeout=20)
        connection.request(method, root + path, body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        status, text = answer.status, answer.read()
        connection.close()
        return status, text

    def __enter__(self) -> Outside:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Deployed:
    """The deployed program, looked at as the account itself, which may do everything."""

    def __init__(self, emulator: Emulator, outputs: dict[str, Any]) -> None:
        self.emulator = emulator
        self.outputs = outputs

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def fire(self, name: str, group: str, how: str = "Event") -> Any:
        """Hand a schedule's event to its alias, as EventBridge Scheduler does."""
        found = self.client("scheduler").get_schedule(Name=name, GroupName=self.outputs[group])
        text = found["Target"]["Input"].replace("<aws.scheduler.schedule-arn>", found["Arn"])
        text = text.replace("<aws.scheduler.scheduled-time>", TIME)
        return self.client("lambda").invoke(FunctionName=found["Target"]["Arn"], InvocationType=how, Payload=text)

    def states(self) -> dict[str, str]:
        """The state of each run in the ledger, by the schedule's name."""
        items = self.client("dynamodb").scan(TableName=self.outputs["ledger_table"])["Items"]
        return {item["pk"]["S"].rpartition("/")[2]: item["state"]["S"] for item in items if item["sk"]["S"] != "lock"}

    def user(self, name: str, service: str) -> Any:
        """The client of a new user, who may do nothing yet."""
        return self.user_clients(name)(service)

    def user_clients(self, name: str) -> Callable[[str], Any]:
        """The clients of a new user, by their service."""
        self.client("iam").create_user(UserName=name)
        key = self.client("iam").create_access_key(UserName=name)["AccessKey"]
        session: Any = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=self.emulator.region)
        return lambda service: session.client(service, endpoint_url=self.emulator.endpoint)

    def made_at_run_time(self) -> list[str]:
        listed = self.client("scheduler").list_schedules(GroupName=self.outputs["SCHEDULER_GROUP_NAME"])
        return [each["Name"] for each in listed["Schedules"]]
