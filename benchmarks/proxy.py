"""The proxy's whole handler beside what a user would write, per call on a warm kept connection; signing and guard on.

`python -m benchmarks.proxy` (`--quick` for a tenth). The contract: at most 0.4 ms more than bare urllib3 at the median,
and an import of the handler that takes at most 1.3 times that of urllib3.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schedule_client.contract.times import wire_time

ROOT = Path(__file__).parents[1]
ROUNDS, BLOCK, IMPORTS = 200, 20, 31
MOST_MILLISECONDS, MOST_IMPORT = 0.4, 1.3
BARE, TEMPLATE, OURS, REQUESTS, HTTPX = "bare urllib3", "template's handler", "our handler", "requests", "httpx"
IMPORTED = {BARE: "urllib3", OURS: "proxy.handler", REQUESTS: "requests", HTTPX: "httpx"}
BODY = {"mode": "nightly", "day": "2027-01-05T08:00:00Z", "shops": list(range(20))}
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices"

Call = Callable[[], object]


@dataclass
class SteadyContext:
    """Lambda's context object."""

    aws_request_id: str = "8f5c7a4e-request"
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy:catalog"

    def get_remaining_time_in_millis(self) -> int:
        """Say that there is a minute left."""
        return 60_000


def bare(base: str) -> Call:
    """(a) One request of a pool, its body made beforehand."""
    import urllib3

    pool = urllib3.connection_from_url(base)
    body, headers = json.dumps(BODY).encode(), {"Content-Type": "application/json"}
    return lambda: pool.urlopen("POST", "/close", body, headers, retries=False, redirect=False).data


def template(base: str) -> Call:
    """(b) What a first handler does: `http.request` for each event, and its answer passed on."""
    import urllib3

    http = urllib3.PoolManager()

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        try:
            response = http.request(
                event["method"],
                event["target_url"],
                headers=event.get("headers", {}),
                body=json.dumps(event["body"]) if event.get("body") else None,
                timeout=urllib3.Timeout(30),
            )
            success, status, text = 200 <= response.status < 300, response.status, response.data.decode()
        except Exception as error:
            return {"statusCode": 500, "body": json.dumps({"success": False, "error": str(error)})}
        return {
            "statusCode": status,
            "body": json.dumps({"success": success, "api_status": status, "api_response": json.loads(text)}),
        }

    event = {"target_url": f"{base}/close", "method": "POST", "headers": {"X-Team": "billing"}, "body": BODY}
    return lambda: handler(event, SteadyContext())


def ours(base: str) -> Call:
    """Every check, the signature, the guard and the log lines; the settings and the key were read before."""
    from benchmarks.proxy_stage import proxy

    handler = proxy(base, KEY)
    due = wire_time(datetime.now(UTC))
    schedule = {"name": "close-invoices", "arn": ARN, "time": due}
    members = {
        "method": "POST",
        "headers": {"X-Team": "billing"},
        "body": BODY,
        "owner": "billing",
        "schedule": schedule,
    }
    event: dict[str, Any] = {"v": 1, "service": "billing", "path": "/close", **members}
    assert handler.handle(event, SteadyContext())["statusCode"] == 200
    return lambda: handler.handle(event, SteadyContext())


def requests(base: str) -> Call:
    """(c) A session of requests."""
    import requests

    session = requests.Session()
    return lambda: session.post(f"{base}/close", json=BODY).content


def httpx(base: str) -> Call:
    """(c) A client of httpx."""
    import httpx

    client = httpx.Client()
    return lambda: client.post(f"{base}/close", json=BODY).content


CONTENDERS: dict[str, Callable[[str], Call]] = {
    BARE: bare,
    TEMPLATE: template,
    OURS: ours,
    REQUESTS: requests,
    HTTPX: httpx,
}


def main(rounds: int, imports: int) -> int:
    """Print the tables; 1 when a part of the contract is broken."""
    with target() as base:
        times = measure(base, rounds)
        memory = {name: megabytes(name, base) for name in CONTENDERS}
    loading = {name: statistics.median(each) for name, each in import_times(imports).items()}
    print(f"  {'':20}{'p50 us':>9}{'p99 us':>9}{'over bare':>11}{'peak MB':>9}{'import ms':>11}{'of bare':>9}")
    middle = {name: statistics.median(each) for name, each in times.items()}
    for name, each in times.items():
        p99 = statistics.quantiles(each, n=100)[98]
        row = f"  {name:20}{middle[name] * 1e6:9.0f}{p99 * 1e6:9.0f}{(middle[name] - middle[BARE]) * 1e6:11.0f}"
        row += f"{memory[name]:9.1f}"
        if name in loading:
            row += f"{loading[name] * 1e3:11.1f}{loading[name] / loading[BARE]:9.2f}"
        print(row)
    over, ratio = (middle[OURS] - middle[BARE]) * 1e3, loading[OURS] / loading[BARE]
    print(f"\nour handler costs {over:.2f} ms a call more than bare urllib3 (at most {MOST_MILLISECONDS}),")
    print(f"and its import takes {ratio:.2f} times that of urllib3 (at most {MOST_IMPORT})")
    return int(over > MOST_MILLISECONDS or ratio > MOST_IMPORT)


def measure(base: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each call, the contenders taking turns, so that all see the same machine."""
    calls = {name: contender(base) for name, contender in CONTENDERS.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(BLOCK):
            call()
    for _ in range(rounds):
        for name, call in calls.items():
            for _ in range(BLOCK):
                start = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - start)
    return times


def megabytes(name: str, base: str) -> float:
    """Peak memory of an interpreter that makes 1,000 calls."""
    command = (sys.executable, "-m", "benchmarks.proxy", "--memory", name, base)
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout) / 1024


def import_times(runs: int) -> dict[str, list[float]]:
    """Seconds that each import takes in an interpreter of its own, by turns, of modules that are compiled already."""
    times: dict[str, list[float]] = {name: [] for name in IMPORTED}
    with tempfile.TemporaryDirectory() as compiled:
        for run in range(runs + 1):
            for name, module in IMPORTED.items():
                seconds = _import_time(module, compiled)
                if run:
                    times[name].append(seconds)
    return times


def _import_time(module: str, compiled: str) -> float:
    program = f"import time; a = time.perf_counter(); import {module}; print(time.perf_counter() - a)"
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    command = (sys.executable, "-c", program)
    return float(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)


@contextmanager
def target() -> Generator[str]:
    """The base URL of a server in a process of its own."""
    command = (sys.executable, "-m", "benchmarks.proxy", "--serve")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


def serve() -> None:
    """Answer every request with the same few bytes, as fast as Python can, until terminated."""
    import selectors

    answer = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"closed":7}'
    pending: dict[socket.socket, bytes] = {}
    with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as ready:
        print(listener.getsockname()[1], flush=True)
        ready.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    ready.register(connection, selectors.EVENT_READ)
                    continue
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                if not (data := connection.recv(65536)):
                    ready.unregister(connection)
                    connection.close()
                    continue
                pending[connection] = pending.get(connection, b"") + data
                if _is_whole(pending[connection]):
                    pending[connection] = b""
                    connection.sendall(answer)


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    _, _, length = head.lower().partition(b"content-length: ")
    return bool(end) and len(body) >= int(length.partition(b"\r\n")[0] or 0)


def show_memory(name: str, base: str) -> None:
    """Make 1,000 calls and print the peak memory in KB."""
    call = CONTENDERS[name](base)
    for _ in range(1_000):
        call()
    # Not getrusage, whose peak is the parent's where the parent's is higher.
    status = Path("/proc/self/status").read_text().splitlines()
    print(next(line.split()[1] for line in status if line.startswith("VmHWM:")))


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    elif "--memory" in sys.argv:
        show_memory(sys.argv[-2], sys.argv[-1])
    else:
        sys.exit(main(*(ROUNDS // 10, IMPORTS // 5) if "--quick" in sys.argv else (ROUNDS, IMPORTS)))
