"""Audit of a simulation: the result of every run, and whether the results are consistent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from local.simulation.world import LEDGER_AWAY, SCHEDULER_DLQ, UNDELIVERED
from schedule_catalog.operations.undelivered_call import UndeliveredCall, read_message
from schedule_client.contract.ledger import BESIDE_RUNS, TERMINAL, RunRecord
from schedule_client.contract.pauses import PARTITION
from schedule_client.contract.run_keys import run_key
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from local.simulation.world import World

# Run on a queue without an end state in the ledger: Lambda or SQS dropped it, or the ledger was away.
ON_A_QUEUE = "undelivered without the ledger"
LOST = "lost"
ENDS = ("delivered", "undelivered", "skipped", ON_A_QUEUE, LOST)


@dataclass(frozen=True, slots=True)
class AuditedRun:
    """One run: its schedule, how it ended and why, and by how much it was late where it was delivered."""

    name: str
    time: datetime
    key: str
    end: str
    calls: int
    late_seconds: float | None
    reason: str | None
    letters: tuple[UndeliveredCall, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Every promised run. `faults` are sentences about what must not be: none for a delivery that holds.

    answers: what became of each call; events: what else went wrong.
    acts: what targets did, repeats and all; applied: what those did that leave repeats out.
    repeats: the difference; excuses: what may have led to one, by kind (at most one each).
    by_ledger: the repeats that nothing explains but a ledger that was out of reach right after the call.
    told_twice: runs that were delivered and are on a queue too, as it was unknown.
    """

    runs: tuple[AuditedRun, ...]
    answers: Counter[str]
    events: Counter[str]
    acts: int
    applied: int
    repeats: int
    excuses: Counter[str]
    by_ledger: int
    told_twice: int
    faults: tuple[str, ...]

    @property
    def ends(self) -> Counter[str]:
        """Number of runs by outcome."""
        return Counter(run.end for run in self.runs)


def audit(
    world: World,
    promised: Iterable[tuple[str, str, datetime]],
    fired: set[tuple[str, datetime]],
    left_out: Collection[tuple[str, datetime]] = (),
) -> Audit:
    """Count what `world` came to; `promised` are schedules' names, ARNs and scheduled times.

    left_out: those that a pause, a calendar or a freeze leaves out, which are to be skipped.
    """
    records = {
        item["run_key"]["S"]: RunRecord.from_item(item)
        for (partition, sort), item in world.dynamodb.items.items()
        if sort not in BESIDE_RUNS and partition != PARTITION
    }
    letters = _letters(world)
    promised = list(promised)
    runs = tuple(_run(world, one, records, letters, one[1:] in left_out) for one in promised)
    repeats = {key: count - 1 for key, count in world.target.acts.items()}
    excuses = Counter({kind: keys.total() for kind, keys in world.excuses.items()})
    excuses["timeouts and resets after the work"] += world.target.unsure.total()
    doubled = [run for run in runs if run.end == "delivered" and run.letters]
    return Audit(
        runs=runs,
        answers=world.target.answered,
        events=world.events,
        acts=world.target.acts.total(),
        applied=len(world.target.applied_at),
        repeats=sum(repeats.values()),
        excuses=excuses,
        by_ledger=sum(max(0, count - _excused(world, key, LEDGER_AWAY)) for key, count in repeats.items()),
        told_twice=len(doubled),
        faults=(
            *_unfired(promised, fired),
            *_faults(world, runs, letters),
            *_called(promised, runs, left_out),
            *([f"{count} calls were made in a pause"] if (count := world.target.in_pauses) else []),
        ),
    )


def _letters(world: World) -> dict[str, list[UndeliveredCall]]:
    found: dict[str, list[UndeliveredCall]] = {}
    for url in (UNDELIVERED, SCHEDULER_DLQ):
        while messages := world.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=86_400,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages"):
            for message in messages:
                letter = read_message(url, message)
                key = letter.run_key or run_key("catalog", letter.arn or "", letter.time or "")
                found.setdefault(key, []).append(letter)
    return found


def _run(
    world: World,
    promise: tuple[str, str, datetime],
    records: dict[str, RunRecord],
    letters: dict[str, list[UndeliveredCall]],
    left_out: bool,
) -> AuditedRun:
    name, arn, time = promise
    key = run_key("catalog", arn, wire_time(time))
    record, at = records.get(key), world.target.applied_at.get(key)
    kept = tuple(letters.get(key, ()))
    reason = record.reason if record is not None else None
    late = None if at is None else at - time.timestamp()
    return AuditedRun(
        name, time, key, _end(world, record, kept, at, left_out), world.target.calls[key], late, reason, kept
    )


def _end(
    world: World, record: RunRecord | None, letters: tuple[UndeliveredCall, ...], at: float | None, left_out: bool
) -> str:
    if record is not None and record.state in TERMINAL:
        return record.state
    if letters:
        return ON_A_QUEUE if world.size.ledger else "undelivered"
    if world.size.ledger or (at is None and not left_out):
        return LOST
    return "skipped" if at is None else "delivered"


def _unfired(promised: list[tuple[str, str, datetime]], fired: set[tuple[str, datetime]]) -> Iterator[str]:
    wanted = {(arn, time) for _, arn, time in promised}
    for arn, time in sorted(wanted - fired):
        yield f"{_of(arn)} of {wire_time(time)} was promised and never fired"
    for arn, time in sorted(fired - wanted):
        yield f"{_of(arn)} of {wire_time(time)} fired and was promised by nobody"


def _called(
    promised: list[tuple[str, str, datetime]],
    runs: Iterable[AuditedRun],
    left_out: Collection[tuple[str, datetime]],
) -> Iterator[str]:
    for (_, arn, time), run in zip(promised, runs, strict=True):
        if (arn, time) in left_out and (run.calls or (run.end != "skipped" and not run.letters)):
            yield f"{run.name} of {wire_time(time)} was to be left out, and is {run.end} after {run.calls} calls"


def _faults(world: World, runs: tuple[AuditedRun, ...], letters: dict[str, list[UndeliveredCall]]) -> Iterator[str]:
    acts, keys = world.target.acts, {run.key for run in runs}
    for run in runs:
        excused = _excused(world, run.key)
        said = f"{run.name} of {wire_time(run.time)}"
        if run.end == LOST:
            yield f"{said} came to no end, and is on no queue"
        if run.end == "delivered" and not acts[run.key]:
            yield f"{said} is said to be delivered, and its target did nothing"
        if run.end == "undelivered" and not run.letters:
            yield f"{said} is undelivered, and is on no queue"
        if run.end in ("delivered", "skipped") and run.key not in world.unsettled and any(map(_knew, run.letters)):
            yield f"{said} is {run.end}, and is on a queue as a run that was not delivered"
        if acts[run.key] - 1 > excused:
            yield f"{said} was done {acts[run.key]} times, and only {excused} repeats are excused"
    if unknown := (acts.keys() | letters.keys()) - keys:
        yield f"{len(unknown)} run keys were called or kept that nobody promised"


def _excused(world: World, key: str, besides: str = "") -> int:
    """Number of repeats of a run that are explained, with one kind of excuse omitted."""
    kinds = (keys[key] for kind, keys in world.excuses.items() if kind != besides)
    return world.target.unsure[key] + sum(kinds)


def _knew(letter: UndeliveredCall) -> bool:
    """Whether a letter says how its run ended, rather than that nobody could find out."""
    return letter.shape == "proxy" and letter.reason != "ledger"


def _of(arn: str) -> str:
    return arn.rpartition("/")[2]
