"""What a web page can do to the stack that runs on the machine of whoever looks at it: nothing.

The stack, the page's server and the browser are real. The same page attacks a server without a guard first, so that a
request which the browser itself holds back does not pass for one that the stack refused.
"""

from __future__ import annotations

import base64
import io
import json
import signal
import socket
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

import pytest

from local.options import Options
from local.stack import Stack
from schedule_catalog.pages.console.desk import WantedCatalog
from tests.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_name("attacker.html").read_bytes()
# Its owner has the name lead to 127.0.0.1 once a browser has loaded the page, which is then of the server's own origin.
REBOUND = "rebound.example"
ALLOWED = "host.docker.internal"
CATALOG = """owner: platform
schedules:
  close: {at: 2100-01-01T00:00, request: {service: ops, path: /close}}
"""


class Site:
    """The attacker's server, or any other without a guard: serves the page, redirects, keeps what arrives.

    kinds: the type of what arrives, or what a browser says it is for.
    """

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.kinds: set[str] = set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                upgrade = self.headers.get("Upgrade", "")
                site.arrived.append(f"{self.command} {upgrade}".strip())
                site.kinds |= {self.headers.get(name, "") for name in ("Content-Type", "Sec-Fetch-Dest", "Accept")}
                url = urlsplit(self.path)
                redirected = url.path == "/redirect"
                self.send_response(307 if redirected else 200)
                if redirected:
                    self.send_header("Location", unquote(url.query))
                if url.path == "/report":  # nothing of the page is allowed, so the browser tells of all of it
                    policy = f"default-src 'none'; report-uri {unquote(url.query)}"
                    self.send_header("Content-Security-Policy", policy)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            do_GET = do_POST = do_OPTIONS = do_DELETE = serve  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass(frozen=True)
class Victim:
    """One server of the stack: `url` takes `body` by POST, `act` is a GET that does something."""

    url: str
    body: str
    act: str

    @property
    def port(self) -> int:
        return int(urlsplit(self.url).port or 0)

    def target(self, host: str) -> dict[str, str]:
        return {
            "url": self.url.replace("127.0.0.1", host),
            "body": self.body,
            "act": self.act.replace("127.0.0.1", host),
        }


class Attacked:
    """The running stack, and what can be seen of it when something was done to it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        endpoint, callback, receiver = stack.emulator.endpoint, stack.callback.url, stack.receiver.url
        console = f"http://127.0.0.1:{stack.console.port}"
        task = json.dumps({"task": "heartbeat", "delay_minutes": 5})
        self.victims = {
            "emulator": Victim(
                f"{endpoint}/2015-03-31/functions",
                json.dumps(function()),
                f"{endpoint}/?Action=CreateQueue&QueueName=taken&Version=2012-11-05",
            ),
            "callback": Victim(f"{callback}/api/v1/tasks/schedule", task, f"{callback}/#token=of-the-attacker"),
            "receiver": Victim(f"{receiver}/call", "{}", f"{receiver}/call"),
            "console": Victim(f"{console}/calls", "host=ops.test&failure=503&minutes=2", f"{console}/?token=guess"),
        }
        self.before = self.traces()

    def traces(self) -> dict[str, Any]:
        client = self.stack.emulator.client
        return {
            "functions": sorted(each["FunctionName"] for each in client("lambda").list_functions()["Functions"]),
            "queues": sorted(client("sqs").list_queues()["QueueUrls"]),
            "tasks": [each["name"] for each in self.ask("/api/v1/tasks")["tasks"]],
            "calls": [call.path for call in self.stack.receiver.received()],
            "failing": dict(self.stack.receiver.failing()),
        }

    def ask(self, path: str) -> Any:
        request = Request(
            self.stack.callback.url + path, headers={"Authorization": f"Bearer {self.stack.callback.token}"}
        )
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)


def function() -> dict[str, Any]:
    """What CreateFunction is asked for."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): open('/tmp/taken', 'w')\n")
    return {
        "FunctionName": "taken",
        "Runtime": "python3.11",
        "Role": "arn:aws:iam::000000000000:role/any",
        "Handler": "index.handler",
        "Code": {"ZipFile": base64.b64encode(packed.getvalue()).decode()},
    }


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    folder = tmp_path_factory.mktemp("stack")
    (folder / "schedules").mkdir()
    (folder / "schedules" / "close.yaml").write_text(CATALOG)
    options = Options("dev", None, (), folder / "schedules", folder / "state", ROOT, (ALLOWED,))
    with Stack(options, lambda name, what, seconds: None) as stack:
        release = stack.start()
        assert release.succeeded, release.error
        assert release.settings is not None
        wanted = WantedCatalog(tuple(release.entries.values()), release.settings)
        stack.serve_console(lambda: wanted)
        yield Attacked(stack)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Newer browsers ask people before a page of the internet reaches loopback: others do not.
    unasked = "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"
    rebinding = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    with chromium(unasked, rebinding) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def attack(page: Page, target: Mapping[str, str]) -> dict[str, str]:
    return page.evaluate("target => attack(target)", target)


def test_the_page_does_attack_a_server_without_a_guard(page: Page) -> None:
    with Site() as attacker, Site() as victim:
        page.goto(f"http://127.0.0.1:{attacker.port}/")
        url = f"http://127.0.0.1:{victim.port}/"
        attack(page, {"url": url, "body": "{}", "act": url})

        assert victim.arrived.count("POST") >= 8
        assert victim.arrived.count("GET") >= 4
        assert {"OPTIONS", "GET websocket"} <= set(victim.arrived)
        assert victim.kinds >= {"text/ping", "application/csp-report", "text/event-stream", "object", "style", "script"}


@pytest.mark.parametrize("server", ["emulator", "callback", "receiver", "console"])
@pytest.mark.parametrize("site", ["127.0.0.1", "localhost", REBOUND])
def test_a_page_of_another_origin_has_nothing_done_and_reads_nothing(
    page: Page, attacked: Attacked, server: str, site: str
) -> None:
    with Site() as attacker:
        page.goto(f"http://{site}:{attacker.port}/")
        answers = attack(page, attacked.victims[server].target("127.0.0.1"))

    readable = (
        "readable POST",
        "JSON with a preflight",
        "DELETE with a preflight",
        "readable GET",
        "events",
        "WebSocket",
    )
    assert {name: answers[name] for name in readable} == dict.fromkeys(readable, "failed")
    assert attacked.traces() == attacked.before


@pytest.mark.parametrize("server", ["emulator", "callback", "receiver", "console"])
def test_a_page_whose_name_leads_to_loopback_has_nothing_done_and_reads_nothing(
    page: Page, attacked: Attacked, server: str
) -> None:
    victim = attacked.victims[server]

    def serve(route: Route) -> None:
        route.fulfill(content_type="text/html", body=PAGE.decode())

    page.route(f"http://{REBOUND}:{victim.port}/page", serve)
    page.goto(f"http://{REBOUND}:{victim.port}/page")
    answers = attack(page, victim.target(REBOUND))

    assert answers["JSON with a preflight"] == "basic 421"
    assert answers["readable GET"] == "basic 421"
    assert answers["WebSocket"] == "failed"
    assert attacked.traces() == attacked.before


def test_a_page_cannot_sign_somebody_in_to_the_callback_service(page: Page, attacked: Attacked) -> None:
    with Site() as attacker:
        page.goto(f"http://localhost:{attacker.port}/")
        with page.expect_popup() as opening:
            page.evaluate("url => void open(url)", attacked.victims["callback"].act)
        popup = opening.value
        popup.wait_for_load_state()

    assert "pages of another origin cannot use this server" in popup.inner_text("body")


def test_a_person_opens_the_printed_address_and_the_token_leaves_it(page: Page, attacked: Attacked) -> None:
    page.goto(attacked.stack.callback.page)

    page.wait_for_selector("#board", state="visible")
    assert attacked.stack.callback.token not in page.url
    page.goto(f"http://127.0.0.1:{attacked.stack.console.port}/calls")
    assert "works once, in one browser" in page.inner_text("body")
    page.goto(attacked.stack.console.address)
    assert "token" not in page.url
    page.get_by_role("link", name="Calls").click()
    page.get_by_role("heading", name="The last calls").wait_for()


# Without a browser: whatever bytes somebody sends


def raw(port: int, request: str) -> int:
    """The status of the answer; 0 where the connection ends without one."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request.replace("\n", "\r\n").replace("PORT", str(port)).encode("latin-1"))
        line = connection.makefile("rb").readline().split()
    return int(line[1]) if line else 0


REFUSED = {
    "no Host": "GET / HTTP/1.0\n\n",
    "no Host in 1.1": "GET / HTTP/1.1\n\n",
    "two Hosts": "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nHost: evil.test:PORT\n\n",
    "two Hosts, the own last": "GET / HTTP/1.1\nHost: evil.test:PORT\nHost: 127.0.0.1:PORT\n\n",
    "absolute target": "GET http://evil.test:PORT/ HTTP/1.1\nHost: 127.0.0.1:PORT\n\n",
    "own absolute target": "GET http://127.0.0.1:PORT/ HTTP/1.1\nHost: evil.test:PORT\n\n",
    "foreign Host in 1.0": "GET / HTTP/1.0\nHost: evil.test:PORT\n\n",
    "subdomain": "GET / HTTP/1.1\nHost: evil.localhost:PORT\n\n",
    "null": "POST / HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: null\nContent-Length: 0\n\n",
    "other port": "POST / HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: http://127.0.0.1:1\nContent-Length: 0\n\n",
    "other name": "POST / HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: http://localhost:PORT\nContent-Length: 0\n\n",
    "same site": "GET / HTTP/1.1\nHost: localhost:PORT\nSec-Fetch-Site: same-site\n\n",
    "cross site": "GET / HTTP/1.1\nHost: localhost:PORT\nSec-Fetch-Site: cross-site\n\n",
    "preflight": "OPTIONS / HTTP/1.1\nHost: 127.0.0.1:PORT\nAccess-Control-Request-Method: PUT\n\n",
    "allowed name, foreign origin": f"GET / HTTP/1.1\nHost: {ALLOWED}:PORT\nOrigin: http://evil.test\n\n",
}
PASSED = {
    "own Host": "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\n\n",
    "localhost": "GET / HTTP/1.1\nHost: localhost:PORT\n\n",
    "own Host in 1.0": "GET / HTTP/1.0\nHost: 127.0.0.1:PORT\n\n",
    "allowed": f"GET / HTTP/1.1\nHost: {ALLOWED}:PORT\n\n",
    "own page": "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: same-origin\nOrigin: http://127.0.0.1:PORT\n\n",
    "typed": "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: none\n\n",
}


@pytest.mark.parametrize("server", ["emulator", "callback", "receiver"])
def test_each_server_answers_what_it_should_and_refuses_the_rest_in_every_spelling(
    attacked: Attacked, server: str
) -> None:
    port = attacked.victims[server].port

    assert {name: raw(port, text) for name, text in REFUSED.items() if raw(port, text) not in (400, 403, 421)} == {}
    assert {name: raw(port, text) for name, text in PASSED.items() if raw(port, text) in (0, 400, 403, 421)} == {}
    assert attacked.traces() == attacked.before


def test_the_emulators_addresses_of_apis_and_functions_are_answered_and_share_nothing(attacked: Attacked) -> None:
    functions = attacked.stack.emulator.client("lambda")
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    functions.create_function_url_config(
        FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["*"], "AllowMethods": ["*"]}
    )
    url = functions.get_function_url_config(FunctionName=name)["FunctionUrl"]
    functions.delete_function_url_config(FunctionName=name)
    host, port = urlsplit(url).hostname, attacked.victims["emulator"].port

    assert raw(port, f"GET / HTTP/1.1\nHost: {host}\n\n") == 404, "the emulator itself has no such function now"
    assert raw(port, "GET / HTTP/1.1\nHost: 0a1b2c3d.execute-api.127.0.0.1:PORT\n\n") == 404
    assert raw(port, f"GET / HTTP/1.1\nHost: {host}.evil.test\n\n") == 421
    with urlopen(f"{attacked.stack.emulator.endpoint}/_ministack/health", timeout=10) as answer:
        assert [header for header in answer.headers if header.lower().startswith("access-control")] == []
