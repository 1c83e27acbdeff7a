"""Run-time pauses in real time, on the laptop stack: `python -m benchmarks.pauses`, about eight minutes.

A service is paused over three fires of a schedule, with an attempt waiting, a single call due and a replay. Then it is
paused while calls come four times a second: how long are some still made, and what does the read of the pauses cost?
Breaks its contract, with status 1, when a call starts later than ten seconds after the pause and before its end, when
one is lost, or when one is made that a newer run replaces. `--quick` leaves out the first part.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from local.options import Options
from local.stack import Stack
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import (
    PauseTarget,
    UndeliveredQueues,
    find_stack,
    identities,
    pause,
    replay,
    resume,
)
from schedule_catalog.operations.runs import runs_of
from schedule_client import Request, ScheduleClient, ScheduleSettings
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from schedule_catalog.operations import Deployed

CATALOG = """owner: ops
schedules:
  beat:
    cron: "* * * * ? *"
    retry: {max_attempts: 3, max_age_minutes: 30}
    request: {service: ops, path: /beat}
"""
EFFECT_SECONDS, SPREAD_SECONDS, EVERY_SECONDS = 10.0, 60.0, 0.25
BEATS, ROUNDS = 3, 3
OPS = PauseTarget("service", "ops")


@dataclass
class Bench:
    """The running stack, and what it has been asked."""

    stack: Stack
    deployed: Deployed

    def fire(self, name: str, at: datetime, retry: dict[str, int] | None = None) -> None:
        """Invoke the proxy as EventBridge Scheduler does, for a single call."""
        arn = self.deployed.schedule_arn(self.deployed.manifest.catalog_group, name)
        event: dict[str, Any] = {"v": 1, "service": "ops", "path": f"/{name}", "method": "POST"}
        event |= {"schedule": {"name": name, "arn": arn, "time": wire_time(at)}, **({"retry": retry} if retry else {})}
        self.stack.emulator.client("lambda").invoke(
            FunctionName=self.deployed.alias_of("catalog"), InvocationType="Event", Payload=json.dumps(event)
        )

    def calls(self, name: str = "") -> list[tuple[str, datetime, str]]:
        """Schedule, instant and answer of each call, the oldest first."""
        found = [(call.schedule, call.at, call.answer) for call in self.stack.receiver.received()]
        return sorted((each for each in found if name in ("", each[0])), key=lambda each: each[1])

    def states(self, name: str) -> dict[str, tuple[str, str | None]]:
        """State and reason of each run of a schedule."""
        (identity, *_) = identities(self.deployed, name)
        runs = runs_of(self.deployed, identity, datetime(2020, 1, 1, tzinfo=UTC))
        return {run.sort: (run.state, run.reason) for run in runs}


def until(true: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("waited in vain")
        time.sleep(0.2)


def effect(bench: Bench) -> bool:
    """Measure how long calls are made after a pause, and after its end until they are again."""
    reads = list[float]()
    for _ in range(20):
        begun = time.perf_counter()
        bench.stack.emulator.client("dynamodb").get_item(
            TableName=bench.deployed.ledger, Key={"pk": {"S": "pauses"}, "sk": {"S": "current"}}, ConsistentRead=True
        )
        reads.append((time.perf_counter() - begun) * 1000)
    rounds = [_round(bench, number) for number in range(ROUNDS)]
    last, first = (max(each) for each in zip(*rounds, strict=True))
    print(f"paused: the last call came up to {last:.1f} s later; resumed: the first call up to {first:.1f} s later")
    print(f"reading the pauses: median {median(reads):.1f} ms with the emulator, at most one read in 8 s")
    return last < EFFECT_SECONDS and first < EFFECT_SECONDS


def _round(bench: Bench, number: int) -> tuple[float, float]:
    """Seconds from a pause to the last call, and from its end to the first; each round pauses at another phase."""
    name = f"round{number}-"
    _fire_for(bench, name, 9 + number * 8 / ROUNDS)
    now = datetime.now(UTC)
    pause(bench.deployed, OPS, now + timedelta(hours=1), "measured", "benchmark", now)
    paused = datetime.now(UTC)
    _fire_for(bench, f"{name}paused-", 2 * EFFECT_SECONDS)
    resume(bench.deployed, OPS, "benchmark", datetime.now(UTC))
    resumed = datetime.now(UTC)
    _fire_for(bench, f"{name}resumed-", EFFECT_SECONDS)
    time.sleep(2)
    times = [at for schedule, at, _ in bench.calls() if schedule.startswith(name)]
    last = max((at - paused).total_seconds() for at in times if at < resumed)
    first = min(((at - resumed).total_seconds() for at in times if at > resumed), default=99.0)
    return max(0.0, last), first


def _fire_for(bench: Bench, name: str, seconds: float) -> None:
    """Fire single calls for so long."""
    begun, count = time.monotonic(), 0
    while time.monotonic() < begun + seconds:
        bench.fire(f"{name}{count}", datetime.now(UTC))
        count += 1
        time.sleep(EVERY_SECONDS)


def walk(bench: Bench) -> bool:
    """Pause the service over three fires of a schedule, and see what is called when."""
    receiver = bench.stack.receiver
    receiver.fail("ops.example.com", "503", 5)
    bench.fire("gone", datetime.now(UTC), {"max_attempts": 1, "max_age_minutes": 30})
    until(lambda: any(answer == "503" for *_, answer in bench.calls("beat")))
    receiver.recover("ops.example.com")
    begun = datetime.now(UTC)
    end = begun.replace(second=5, microsecond=0) + timedelta(minutes=BEATS + 1)
    pause(bench.deployed, OPS, end, "walk", "benchmark", begun)
    time.sleep(EFFECT_SECONDS)  # what is due or replayed earlier may still be called
    client = ScheduleClient(
        ScheduleSettings.from_environment(_environment(bench)), client=bench.stack.emulator.client("scheduler")
    )
    once = client.schedule_once(Request(service="ops", path="/once"), delay=timedelta(seconds=61)).name
    with UndeliveredQueues(bench.deployed) as queues:
        (call,) = [each for each in queues.read(10) if each.schedule == "gone"]
        replay(bench.deployed, queues, call, datetime.now(UTC), "walk")
    until(lambda: datetime.now(UTC) > end + timedelta(seconds=SPREAD_SECONDS + 15), 600)
    calls = [each for each in bench.calls() if each[1] > begun]
    early = [each for each in calls if begun + timedelta(seconds=EFFECT_SECONDS) < each[1] < end]
    states = bench.states("beat")
    inside = [time for time in sorted(states) if wire_time(begun) < time < wire_time(end)]
    for name, at, answer in calls:
        print(f"  {at:%H:%M:%S} {name} {answer}")
    for moment in inside:
        print(f"  beat of {moment}: {': '.join(filter(None, states[moment]))}")
    # The attempt that waited may be made before the pause takes effect. The newest run waits a minute longer than the
    # pause, and the next one may come in it and be called instead.
    *older, newest = inside
    made_way = all(states[moment] == ("skipped", "superseded") for moment in older)
    single = all(len([1 for name, at, _ in calls if name == each and at >= end]) == 1 for each in (once, "gone"))
    replaced = states[newest] == ("skipped", "superseded") and any(
        name == "beat" and at >= end for name, at, _ in calls
    )
    print(f"{len(early)} calls in the pause, {len(older)} runs made way, the newest is {states[newest][0]}")
    return not early and made_way and single and (replaced or states[newest][0] == "delivered")


def _environment(bench: Bench) -> dict[str, str]:
    outputs = bench.stack.deployer.deploy().outputs
    return dict(outputs["application_environments"]["shop"])


def main(arguments: list[str]) -> int:
    """Run the parts; 1 when one breaks the contract."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schedules").mkdir()
        (folder / "schedules" / "ops.yaml").write_text(CATALOG)
        (folder / "Pulumi.yaml").write_text("name: pauses\nruntime: python\n")
        (folder / "Pulumi.dev.yaml").write_text(
            'config:\n  "schedule-catalog:services": {ops: "https://ops.example.com"}\n'
            '  "schedule-catalog:applications": {shop: {prefix: shop-}}\n'
        )
        options = Options("dev", None, (), folder / "schedules", folder / "state", folder)
        with Stack(options, lambda part, what, seconds: None) as stack:
            release = stack.start()
            if not release.succeeded:
                print(release.error)
                return 1
            names = Names("pauses", "dev", stack.emulator.region)
            bench = Bench(stack, find_stack(stack.emulator, names))
            kept = True
            if "--quick" not in arguments:
                _, loop = stack.dispatch(lambda notice: None)
                loop.start()
                kept = walk(bench)
            kept &= effect(bench)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
