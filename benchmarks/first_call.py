"""CPU of the first call of a process and of a warm one, and its memory: AWS and the target are a server on loopback.

It imports nothing but the proxy, whose figures these are.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proxy.handler import Proxy
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import frozen
from schedule_client.contract.times import wire_time

ROOT = Path(__file__).parents[1]
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy"
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-prod-catalog/close-invoices"
WARM = 200


@frozen
class LongContext:
    """Lambda's context of an invocation with a minute left."""

    invoked_function_arn: str
    aws_request_id: str = "8f5c7a4e-9d6b-4c58-b3a2-0d8f1c2e4a60"

    def get_remaining_time_in_millis(self) -> int:
        """Return a minute."""
        return 60_000


def process_figures() -> tuple[float, float, float]:
    """Return milliseconds of CPU of the first call and of a warm one, and the peak memory in MB, of a fresh process."""
    with subprocess.Popen(
        (sys.executable, "-m", "benchmarks.first_call", "--serve"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            command = (sys.executable, "-m", "benchmarks.first_call", "--process", port)
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            first, warm, peak = map(float, done.stdout.split())
            return first, warm, peak
        finally:
            server.terminate()


def serve() -> None:
    """Answer like AWS that takes everything, and like a target."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


def show_process(port: str) -> None:
    """Print the figures of this process, whose handler is put together as Lambda does it."""
    host = f"127.0.0.1:{port}"
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "x",
        "STACK": "prod",
        "PROJECT": "schedule-catalog",
        "RETRY_QUEUE_URL": "r",
        "UNDELIVERED_QUEUE_URL": "u",
        "LEDGER_TABLE": "t",
    }
    settings = ProxySettings(http_hosts=(host,), cidrs=("127.0.0.0/8",))
    proxy, output = Proxy.from_environment(environment, settings), sys.stdout
    sys.stdout = io.StringIO()
    times = list(_timed(proxy, host))
    sys.stdout = output
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(times[0], sorted(times[1:])[len(times) // 2], peak / 1024)


def _timed(proxy: Proxy, host: str) -> Iterator[float]:
    for number in range(WARM):
        schedule = {
            "name": "n",
            "arn": ARN,
            "time": wire_time(datetime.fromtimestamp(int(time.time()) - number, UTC)),
        }
        event = {"v": 1, "target_url": f"http://{host}/x", "method": "POST", "body": {"a": 1}, "schedule": schedule}
        begin = time.process_time()
        answer = proxy.handle(event, LongContext(f"{FUNCTION}:catalog"))
        yield (time.process_time() - begin) * 1000
        assert answer["statusCode"] == 200, json.dumps(answer)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        show_process(sys.argv[-1])
