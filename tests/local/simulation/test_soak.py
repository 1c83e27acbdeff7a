from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from local.simulation import soak
from local.simulation.audit import ON_A_QUEUE
from local.simulation.report import totals
from local.simulation.soak import HARSH, WAYS
from local.simulation.world import RETRY, KilledError, World
from schedule_client.contract.pauses import Pauses
from schedule_client.contract.records import replace
from tests.open_databases import every_database_closed

if TYPE_CHECKING:
    from proxy.destination import Destination
    from proxy.handler import Proxy
    from proxy.message import Message
    from proxy.transport import Reply

RUNS, SCHEDULES = 400, 50


@pytest.mark.parametrize("seed", range(4))
def test_every_promised_run_ends_once_while_everything_goes_wrong(seed: int) -> None:
    found = soak(RUNS, SCHEDULES, seed)
    assert found.faults == (), "\n".join(totals(found))
    assert found.ends.total() == len(found.runs) == RUNS
    assert found.acts - found.repeats == found.applied
    assert found.repeats <= found.excuses.total()
    # A fourth of 50 schedules each: two rounds of a calendar, two of a pause; three fourths: the round of a freeze.
    assert found.ends["skipped"] >= 2 * 13 + 2 * 12 + 37 - found.ends[ON_A_QUEUE]
    # Two rounds of a paused schedule; of each fourth that fires in the freeze, the first of two that wait makes way,
    # and of the others a round whose message comes back after the next round was called.
    skipped = Counter((run.reason, run.time.minute) for run in found.runs if run.end == "skipped")
    assert {run.name for run in found.runs if run.reason == "paused" and run.time.minute == 10} <= {"schedule-0"}
    assert skipped["superseded", 25] >= 8
    last_call = {run.name: run.time for run in sorted(found.runs, key=lambda run: run.time) if run.calls}
    assert [run for run in found.runs if run.reason == "superseded" and run.time > last_call[run.name]] == []
    assert set(found.answers) == {"200", *WAYS}
    assert {"duplicates", "kills", "throttles of sqs", "throttles of dynamodb", "lost answers"} <= set(found.events)


def test_a_soak_is_the_same_for_a_seed() -> None:
    assert soak(100, 10, 7) == soak(100, 10, 7)


def test_a_soak_closes_its_journal() -> None:
    with every_database_closed():
        soak(20, 5, 1)


def faults(make: Any, seed: int = 1) -> Iterator[str]:
    yield from soak(RUNS, SCHEDULES, seed, HARSH, make).faults


class IgnoresPauses(World):
    """The proxy does not read the pauses."""

    def _proxy(self) -> Proxy:
        proxy = super()._proxy()
        return replace(proxy, delivery=replace(proxy.delivery, pauses=Pauses))


class LosesRetries(World):
    """The message of a retry is acknowledged to the proxy, and not kept."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sqs.watch(RETRY, lambda seconds: None)


class Forgets(World):
    """The ledger never has anything."""

    def _step(self, step: str, asked: Any) -> None:
        super()._step(step, asked)
        if step == "dynamodb PutItem!":
            self.dynamodb.items.pop((asked["Item"]["pk"]["S"], asked["Item"]["sk"]["S"]), None)


class KeyPerAttempt(World):
    """The run key counts attempts."""

    def __post_init__(self) -> None:
        super().__post_init__()
        send = self.target.send

        def counted(message: Message, destination: Destination, seconds: float) -> Reply:
            key = f"{message.headers['Idempotency-Key']}.{self.target.answered.total()}"
            headers = {**message.headers, "Idempotency-Key": key}
            return send(replace(message, headers=headers), destination, seconds)

        self.target.send = counted


class Silent(World):
    """What is given up is put on no queue."""

    def __post_init__(self) -> None:
        super().__post_init__()
        put = self.sqs.send_message
        self.sqs.send_message = lambda **asked: put(**asked) if asked["QueueUrl"] == RETRY else {"MessageId": "0"}


class AcknowledgesFirst(World):
    """A crash of the function is taken for its end, as if the event were acknowledged before the work."""

    def _run(self, event: Any, function: str, request_id: str) -> Any:
        try:
            return super()._run(event, function, request_id)
        except Exception as error:
            if isinstance(error.__context__, KilledError):
                return {"batchItemFailures": []}
            raise


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (IgnoresPauses, "calls were made in a pause"),
        (LosesRetries, "came to no end"),
        (Forgets, "repeats are excused"),
        (KeyPerAttempt, "that nobody promised"),
        (Silent, "is undelivered, and is on no queue"),
        (AcknowledgesFirst, "came to no end"),
    ],
)
def test_the_soak_notices_what_is_broken(broken: type[World], sentence: str) -> None:
    assert any(sentence in fault for fault in faults(broken))
