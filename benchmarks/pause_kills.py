"""Pauses on the laptop stack, killed with -9 in each state: `python -m benchmarks.pause_kills`, about ten minutes.

The state is one of: paused while an attempt waits, with a single call due, with a replay made, resumed while calls go
out, a schedule paused. Breaks its contract, with status 1, when a call is made in a pause, when one is lost, when a run
comes to no end, or when a run that waited is called after a newer one of its schedule.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from schedule_client.contract.times import wire_time

CATALOG = """owner: ops
schedules:
  beat:
    cron: "* * * * ? *"
    retry: {{max_attempts: 5, max_age_minutes: 60}}
    request: {{service: ops, path: /beat}}
  gone:
    at: {gone}
    retry: {{max_attempts: 1}}
    request: {{service: ops, path: /gone}}
  once:
    at: {once}
    request: {{service: ops, path: /once}}
  tick:
    cron: "* * * * ? *"
    request: {{service: other, path: /tick}}
"""
SETTINGS = """config:
  "schedule-catalog:services": {{ops: "http://{host}/ops", other: "http://{host}/other"}}
  "schedule-catalog:http_hosts": ["{host}"]
  "schedule-catalog:allowed_cidrs": [127.0.0.1/32]
"""
SCHEDULES = str(Path(sys.executable).parent / "schedules")
MINUTE = timedelta(minutes=1)
EFFECT_SECONDS, PATIENCE_SECONDS = 10.0, 420.0


@dataclass
class SwitchedTarget:
    """A server on loopback: it refuses all calls until it `works`; `calls` are schedule, due time and instant."""

    works: bool = False
    calls: list[tuple[str, str, datetime]] = field(default_factory=list[tuple[str, str, datetime]])

    def __post_init__(self) -> None:
        target = self

        class SwitchedAnswer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                name, due = self.headers["X-Schedule-Name"], self.headers["X-Scheduled-Time"]
                target.calls.append((name, due, datetime.now(UTC)))
                self.send_response(200 if target.works or name == "tick" else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), SwitchedAnswer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, name: str) -> list[tuple[str, datetime]]:
        """Due time and instant of the calls of a schedule."""
        return [(due, at) for each, due, at in self.calls if each == name]


@dataclass
class KilledStack:
    """`schedules dev` in a folder, and the commands of an operator."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the stack, and wait until it calls."""
        log = self.folder / "dev.log"
        with log.open("wb") as output:
            command = [SCHEDULES, "dev"]
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=output)
        wait(lambda: re.search(r"calls until", log.read_text(errors="replace")), "the stack starts")

    def kill(self, state: str) -> None:
        """Kill it with -9 in a state, and start it again."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        print(f"  {datetime.now(UTC):%H:%M:%S} killed: {state}", flush=True)
        self.start()
        print(f"  {datetime.now(UTC):%H:%M:%S} runs again", flush=True)

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def types(self, *words: str) -> str:
        """Run a command, and return what it prints."""
        command = [SCHEDULES, *words, "--local"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def runs(self, name: str) -> dict[str, tuple[str, str | None]]:
        """State and reason of the runs of a schedule, by their due times."""
        found: Any = json.loads(self.types("history", name, "--since", "1h", "--format", "json"))
        return {run["scheduled"]: (run["state"], run["reason"]) for run in found["runs"]}


def wait(true: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited in vain: {what}")
        time.sleep(1)


def walk(laptop: KilledStack, target: SwitchedTarget, begun: datetime) -> list[str]:
    """Kill the stack in each state, and return what must not be."""
    laptop.start()
    wait(lambda: target.of("beat") and laptop.runs("gone"), "the first runs fail")
    wait(lambda: {state for state, _ in laptop.runs("gone").values()} == {"undelivered"}, "a run is undelivered")
    for what in (("--service", "ops"), ("tick",)):
        laptop.types("pause", *what, "--for", "1h", "--reason", "kills", "--yes")
    paused = datetime.now(UTC)
    target.works = True
    laptop.kill("paused, an attempt waits")
    wait(lambda: [*laptop.runs("once").values()] == [("waiting", "paused")], "the single call waits")
    wait(lambda: ("skipped", "paused") in laptop.runs("tick").values(), "runs of the schedule are skipped")
    laptop.kill("paused, with a single call due, and a schedule paused")
    laptop.types("undelivered", "replay", "--schedule", "gone", "--all", "--yes")
    laptop.kill("paused, with a replay made")
    before = len(target.calls)
    wait(lambda: datetime.now(UTC) > paused + 4 * MINUTE, "some runs are superseded")
    inside = [call for call in target.calls if call[2] > paused + timedelta(seconds=EFFECT_SECONDS)]
    laptop.types("resume", "--service", "ops")
    wait(lambda: len(target.calls) > before, "calls go out")
    laptop.kill("resumed, and calls go out")
    wait(lambda: target.of("once") and len(target.of("gone")) > 1, "the single calls go out")
    laptop.types("resume", "tick")
    resumed = datetime.now(UTC)
    wait(lambda: [at for _, at in target.of("tick") if at > resumed], "the schedule is called")
    wait(lambda: not {"running", "waiting"} & {state for state, _ in laptop.runs("beat").values()}, "all runs end")
    return [*_faults(laptop, target, begun, paused, resumed), *[f"{call} was made in the pause" for call in inside]]


def _faults(
    laptop: KilledStack, target: SwitchedTarget, begun: datetime, paused: datetime, resumed: datetime
) -> list[str]:
    runs = {name: laptop.runs(name) for name in ("beat", "tick", "once", "gone")}
    found = list[str]()
    minute = begun
    while minute < resumed - MINUTE:
        found += [
            f"{name} of {wire_time(minute)} is lost" for name in ("beat", "tick") if wire_time(minute) not in runs[name]
        ]
        minute += MINUTE
    for name, states in runs.items():
        for due, (state, reason) in sorted(states.items()):
            calls = [f"{at:%H:%M:%S}" for each, at in target.of(name) if each == due]
            print(f"  {name} of {due}: {state} {reason or ''} {', '.join(calls)}")
            called = state == "delivered" or (name == "beat" and due < wire_time(paused))
            if state not in ("delivered", "skipped") or (state == "delivered" and not calls) or (calls and not called):
                found.append(f"{name} of {due} is {state} after {len(calls)} calls")
    early = [at for _, at in target.of("tick") if paused + timedelta(seconds=EFFECT_SECONDS) < at < resumed]
    waited = [due for due, at in target.of("beat") if at > paused + timedelta(seconds=EFFECT_SECONDS)]
    found += [f"tick was called in its pause, at {at:%H:%M:%S}" for at in early]
    found += ["runs were called after newer ones"] * (waited != sorted(waited))
    return found


def main() -> int:
    """Walk through the states; 1 when one breaks the contract."""
    target = SwitchedTarget()
    host, port = target.server.server_address[:2]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = datetime.now(UTC).replace(second=0, microsecond=0) + 2 * MINUTE
        (folder / "schedules").mkdir()
        times = {name: f"{begun + minutes * MINUTE:%Y-%m-%dT%H:%M}" for name, minutes in (("gone", 0), ("once", 3))}
        (folder / "schedules" / "ops.yaml").write_text(CATALOG.format(**times))
        (folder / "Pulumi.yaml").write_text("name: kills\nruntime: python\n")
        (folder / "Pulumi.dev.yaml").write_text(SETTINGS.format(host=f"{host!s}:{port}"))
        laptop = KilledStack(folder)
        try:
            faults = walk(laptop, target, begun)
        finally:
            laptop.stop()
    print(*(faults or ["nothing is lost, and nothing was called in a pause"]), sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
