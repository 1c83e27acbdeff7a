"""Many runs while everything goes wrong, and whether they add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from local.simulation.clock import Clock
from local.simulation.faults import AMBIGUOUS, Faults
from local.simulation.world import World
from schedule_client.contract import Request, Retry, build_event, run_key
from schedule_client.contract.ledger import LOCK_SORT, RunRecord

START = datetime(2027, 1, 5, 8, tzinfo=UTC).timestamp()
GAP_SECONDS = 300
HARSH = Faults(failures=0.3, duplicates=0.1, kills=0.01, throttles=0.03)
ENDS = ("delivered", "undelivered", "skipped")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was seen; `faults` are sentences about what must not be, none for a delivery that holds."""

    promised: int
    ends: Counter[str]
    events: Counter[str]
    applied: int
    raw: int
    repeats: int
    excuses: int
    faults: tuple[str, ...]

    def lines(self) -> list[str]:
        """The counts as text, and whether they add up."""
        ends = " + ".join(f"{count} {name}" for name, count in sorted(self.ends.items()))
        happened = [f"  {count:>6} {name}" for name, count in sorted(self.events.items())]
        repeats = f"raw repeats: {self.repeats}, at most {self.excuses} are excused"
        applied = f"applied by a target that leaves out repeats: {self.applied} = {self.raw} - {self.repeats}"
        return [
            f"promised: {self.promised} = {ends}",
            *happened,
            applied,
            repeats,
            *(f"FAULT: {fault}" for fault in self.faults),
        ]


def soak(runs: int, schedules: int, seed: int, faults: Faults = HARSH, world: World | None = None) -> Counts:
    """Deliver `runs` runs of so many schedules, and count."""
    world = world or World(faults, Random(seed), Clock(START))  # noqa: S311 - the same run for a seed
    promised: dict[str, tuple[str, str]] = {}
    for number in range(runs):
        name, at = f"schedule-{number % schedules}", START + number // schedules * GAP_SECONDS
        arn = f"arn:aws:scheduler:eu-central-1:111122223333:schedule/catalog/{name}"
        time = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
        promised[run_key("catalog", arn, time)] = (arn, time)
        world.fire(at, _event(name, arn, time))
    world.clock.run()
    return _counted(world, promised)


def _event(name: str, arn: str, time: str) -> dict[str, Any]:
    request = Request(service="billing", path="/run", retry=Retry(max_attempts=6, max_age_minutes=120))
    event: dict[str, Any] = dict(build_event(request, name))
    return event | {"schedule": {"name": name, "arn": arn, "time": time}}


def _counted(world: World, promised: dict[str, tuple[str, str]]) -> Counts:
    items = [RunRecord.from_item(item) for (_, sort), item in world.cloud.items.items() if sort != LOCK_SORT]
    records = {record.run_key: record for record in items}
    letters = Counter(message.attributes["RUN_KEY"]["StringValue"] for message in world.cloud.letters)
    stray = Counter(run_key("catalog", event["schedule"]["arn"], event["schedule"]["time"]) for event in world.stray)
    ends: Counter[str] = Counter()
    faults: list[str] = []
    for key, (arn, time) in promised.items():
        record = records.get(key)
        state = record.state if record is not None else "none"
        if state in ENDS:
            ends[state] += 1
        elif stray[key] or letters[key]:
            ends["only on the queue of undelivered runs"] += 1
        else:
            ends["lost"] += 1
            faults.append(f"{arn} of {time} is {state} for ever, and on no queue")
        if state == "delivered" and not world.applied[key]:
            faults.append(f"{arn} of {time} is said to be delivered and never was")
        if state == "delivered" and letters[key]:
            faults.append(f"{arn} of {time} is delivered and on the queue of undelivered runs")
        if state == "undelivered" and not letters[key] and not stray[key]:
            faults.append(f"{arn} of {time} is undelivered and on no queue")
    if unknown := world.applied.keys() - promised.keys():
        faults.append(f"{len(unknown)} idempotency keys that nobody promised")
    return _summed(world, promised, ends, faults)


def _summed(world: World, promised: dict[str, Any], ends: Counter[str], faults: list[str]) -> Counts:
    repeats = sum(times - 1 for times in world.applied.values())
    excuses = sum(world.counts[f"target {kind}"] for kind in AMBIGUOUS)
    excuses += world.counts["kills after sending"] + world.counts["neither ledger nor queue after sending"]
    if repeats > excuses:
        faults.append(f"{repeats} raw repeats, and only {excuses} are excused")
    if ends.total() != len(promised):
        faults.append(f"{ends.total()} ends of {len(promised)} runs")
    applied, raw = len(world.applied), world.applied.total()
    return Counts(len(promised), ends, world.counts, applied, raw, repeats, excuses, tuple(faults))
