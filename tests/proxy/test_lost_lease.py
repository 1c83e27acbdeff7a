"""What happens beside a delivery: others take the run over, the ledger comes back late, the time runs out."""

from __future__ import annotations

import socket
from dataclasses import replace as with_members
from typing import TYPE_CHECKING, Any

import pytest

from local.simulation.dynamodb import DynamoDb
from local.simulation.proxy_aws import ClientsAws
from proxy.arrival import MAX_HOPS, first
from proxy.delivery import MARGIN_SECONDS, MARGIN_SHARE
from proxy.ledger import TableLedger
from proxy.outcome import of_reply
from proxy.overlap import locked, unlock
from proxy.settlement import limits
from proxy.transport import Reply
from schedule_client.contract.ledger import LOCK_SORT, RunRecord
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import replace
from schedule_client.contract.request import Retry
from schedule_client.contract.retry_message import Unrecorded
from tests.proxy.target import Target, answers, running
from tests.proxy.test_arrival import BEGUN, arrived
from tests.proxy.test_delivery import DUE, batch, event, message, shop

if TYPE_CHECKING:
    from tests.proxy.stage import Stage


def kept(at: Stage) -> RunRecord:
    (item,) = at.aws.table.items.values()
    return RunRecord.from_item(item)


def taken_over(at: Stage) -> None:
    """Somebody else has the run now."""
    ((key, item),) = at.aws.table.items.items()
    record = RunRecord.from_item(item)
    at.aws.table.items[key] = replace(record, version=record.version + 1, holder="another").to_item()


def answering_late(target: Target, status: int, at: Stage) -> None:
    """The target takes so long that the lease is over when it answers."""

    def script(connection: socket.socket) -> None:
        taken_over(at)
        answers(status)(connection)

    target.script = script


def test_a_delivery_is_told_even_when_the_lease_was_over() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        answering_late(target, 200, at)
        answer = at.handle(event(), "catalog")

    assert (answer["outcome"], kept(at).state, kept(at).version) == ("delivered", "delivered", 3)
    assert at.aws.retries == at.aws.letters == []


@pytest.mark.parametrize("status", [503, 404])
def test_a_failure_after_the_lease_was_over_is_nobodys_business(status: int) -> None:
    with running(answers(status)) as target:
        at = shop(target)
        answering_late(target, status, at)
        at.handle(event(), "catalog")

    assert (kept(at).state, kept(at).holder) == ("running", "another")
    assert at.aws.retries == at.aws.letters == []


CHANGE = Unrecorded(holder="8f5c7a4e-request", attempt=1, state="delivered", status=200)


def begun(at: Stage) -> RunRecord:
    """The ledger has the run as begun by the first attempt, whose end it could not take."""
    at.handle(event(), "catalog")
    ((key, item),) = at.aws.table.items.items()
    record = replace(RunRecord.from_item(item), version=1, state="running", holder=CHANGE.holder, attempt=1)
    at.aws.table.items[key] = record.to_item()
    return record


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (CHANGE, "delivered"),
        (with_members(CHANGE, holder="another"), "running"),
        (with_members(CHANGE, attempt=2), "running"),
    ],
)
def test_what_the_ledger_could_not_take_is_written_down_unless_the_run_has_gone_on(
    change: Unrecorded, state: str
) -> None:
    with running(answers(200)) as target:
        at = shop(target)
        begun(at)
        assert batch(at, message(attempt=1, unrecorded=change, reason="ledger").to_json()) == []

    assert kept(at).state == state
    assert len(target.received) == 1


def out_of_reach(step: str, asked: object) -> None:
    raise ConnectionError(step)


@pytest.mark.parametrize(
    ("hops", "stays", "sent"), [(3, [], [4]), (MAX_HOPS - 1, [], [MAX_HOPS]), (MAX_HOPS, ["0"], [])]
)
def test_an_event_is_not_sent_round_for_ever_while_the_ledger_is_out_of_reach(
    hops: int, stays: list[str], sent: list[int]
) -> None:
    with running(answers(200)) as target:
        at = shop(target)
        at.aws.table = DynamoDb("runs", out_of_reach)
        assert batch(at, message(hops=hops).to_json()) == stays

    assert [each["hops"] for each in at.aws.retries] == sent
    assert target.received == []


def test_an_attempt_leaves_the_age_of_its_run_as_it_was() -> None:
    with running(answers(503)) as target:
        at = shop(target)
        old = event(schedule=None)
        del old["schedule"]
        assert batch(at, message(event=old, since=DUE - 600, attempt=1).to_json()) == []

    assert [each["since"] for each in at.aws.retries] == [DUE - 600]


@pytest.mark.parametrize("seconds", [60.0, 8.0])
def test_time_is_kept_back_to_hand_the_call_over(seconds: float) -> None:
    asked: list[float] = []
    with running(answers(200)) as target:
        at = shop(target)
        caller = at.proxy.delivery.caller

        class Watched:
            settings = caller.settings

            def call(self, run: Any, left: float) -> Any:
                asked.append(left)
                return caller.call(run, left)

        object.__setattr__(at.proxy.delivery, "caller", Watched())
        at.handle(event(), "catalog", seconds=seconds)

    assert asked == [pytest.approx(seconds - min(MARGIN_SECONDS, seconds * MARGIN_SHARE), abs=0.5)]


def test_a_run_ends_its_own_lock_alone() -> None:
    table = DynamoDb("runs")
    ledger = TableLedger("runs", ClientsAws(lambda service: table))
    mine = first(arrived())
    assert locked(ledger, mine, BEGUN + 60, BEGUN)

    unlock(ledger, replace(mine, run_key="v1.another"))
    assert (lock := ledger.read(mine.partition, LOCK_SORT)) is not None
    assert lock.until == BEGUN + 60

    unlock(ledger, mine)
    assert (lock := ledger.read(mine.partition, LOCK_SORT)) is not None
    assert lock.until == 0.0


@pytest.mark.parametrize(("asked", "ceiling", "minutes"), [(30, 60, 30), (90, 60, 60), (None, 60, 45), (None, 20, 20)])
def test_no_run_becomes_older_than_the_stack_allows(asked: int | None, ceiling: int, minutes: int) -> None:
    settings = ProxySettings(retry=Retry(5, 45), retry_ceiling=Retry(20, ceiling))
    arrival = arrived()
    request = replace(arrival.run.request, retry=Retry(None, asked) if asked else None)
    arrival = replace(arrival, run=replace(arrival.run, request=request))

    assert limits(arrival, settings).until == arrival.since + 60 * minutes


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(199, "permanent"), (200, "delivered"), (299, "delivered"), (300, "permanent"), (399, "permanent")],
)
def test_two_hundred_and_something_alone_is_delivered(status: int, verdict: str) -> None:
    assert of_reply(Reply(status, b"", "", complete=True)).verdict == verdict
