"""The run ledger in its table: the double and the emulator answer alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.emulator.emulator import Emulator
from local.simulation.dynamodb import DynamoDb
from proxy.ledger import LedgerError, NoLedger, TableLedger
from schedule_client.contract import RunRecord, replace

if TYPE_CHECKING:
    from pathlib import Path

BEGUN = RunRecord(
    partition="catalog#arn",
    sort="2027-01-05T08:00:00Z",
    version=1,
    run_key="v1.key",
    state="running",
    attempt=1,
    updated="2027-01-05T08:00:01.000Z",
    expires=1_800_000_000,
    holder="first",
    until=1_799_136_061.5,
)
DELIVERED = replace(BEGUN, version=2, state="delivered", holder=None, until=None, status=200, milliseconds=12.5)


@dataclass
class Interrupted:
    """A client whose every write is made, while its answer is lost once; boto3 then sends it again by itself."""

    table: Any
    lost: int = 1

    def put_item(self, **asked: Any) -> Any:
        answer = self.table.put_item(**asked)
        if self.lost:
            self.lost -= 1
            return self.put_item(**asked)
        return answer

    def get_item(self, **asked: Any) -> Any:
        return self.table.get_item(**asked)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    with Emulator(folder) as started:
        yield started


@pytest.fixture(params=["double", "emulator"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "double":
        yield DynamoDb("runs")
        return
    table = request.getfixturevalue("emulator").client("dynamodb")
    names = [("pk", "HASH"), ("sk", "RANGE")]
    table.create_table(
        TableName="runs",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
        BillingMode="PAY_PER_REQUEST",
    )
    yield table
    table.delete_table(TableName="runs")


@pytest.fixture
def ledger(client: Any) -> TableLedger:
    return TableLedger("runs", lambda service: {"dynamodb": client}[service])


def failing(name: str, error: Exception) -> TableLedger:
    def fail(**asked: Any) -> Any:
        raise error

    client = DynamoDb("runs")
    setattr(client, name, fail)
    return TableLedger("runs", lambda service: client)


def test_a_run_that_nobody_has_begun_has_no_record(ledger: TableLedger) -> None:
    assert ledger.read(BEGUN.partition, BEGUN.sort) is None


def test_what_is_written_is_read_back_whole(ledger: TableLedger) -> None:
    assert ledger.write(BEGUN) is None
    assert ledger.read(BEGUN.partition, BEGUN.sort) == BEGUN
    assert ledger.write(DELIVERED) is None
    assert ledger.read(BEGUN.partition, BEGUN.sort) == DELIVERED


def test_of_two_who_begin_one_run_the_second_is_given_the_firsts_record(ledger: TableLedger) -> None:
    ledger.write(BEGUN)

    assert ledger.write(replace(BEGUN, holder="second")) == BEGUN
    assert ledger.read(BEGUN.partition, BEGUN.sort) == BEGUN


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_record_is_written_over_the_version_before_it_alone(ledger: TableLedger, version: int) -> None:
    ledger.write(BEGUN)
    ledger.write(DELIVERED)
    late = replace(BEGUN, version=version, state="undelivered")

    assert ledger.write(late) == DELIVERED
    assert ledger.read(BEGUN.partition, BEGUN.sort) == DELIVERED


def test_a_record_that_dynamodb_forgot_meanwhile_is_put_anew(ledger: TableLedger) -> None:
    assert ledger.write(DELIVERED) is None
    assert ledger.read(BEGUN.partition, BEGUN.sort) == DELIVERED


@pytest.mark.parametrize("record", [BEGUN, DELIVERED])
def test_a_write_whose_answer_was_lost_is_known_for_ones_own(client: Any, record: RunRecord) -> None:
    interrupted = Interrupted(client)
    ledger = TableLedger("runs", lambda service: interrupted)

    assert ledger.write(record) is None
    assert interrupted.lost == 0
    assert ledger.read(record.partition, record.sort) == record


def test_of_many_who_begin_one_run_at_once_one_does(ledger: TableLedger) -> None:
    instead: list[RunRecord | None] = []
    start = threading.Barrier(8)

    def begin(holder: str) -> None:
        start.wait()
        instead.append(ledger.write(replace(BEGUN, holder=holder)))

    threads = [threading.Thread(target=begin, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = ledger.read(BEGUN.partition, BEGUN.sort)
    assert instead.count(None) == 1
    assert [record for record in instead if record is not None] == [kept] * 7


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("get_item", lambda ledger: ledger.read("a", "b")),
        ("put_item", lambda ledger: ledger.write(BEGUN)),
    ],
)
def test_a_table_out_of_reach_is_a_ledger_error_that_shows_no_more_than_the_code(
    name: str, call: Callable[[TableLedger], object]
) -> None:
    with pytest.raises(LedgerError, match=r"^the run ledger cannot be used: no answer$") as caught:
        call(failing(name, ConnectionError("https://internal.example.com")))

    assert (caught.value.reason, caught.value.__cause__) == ("ledger", None)


def test_without_a_ledger_every_run_is_untouched_and_every_write_holds() -> None:
    assert NoLedger().write(BEGUN) is None
    assert NoLedger().read(BEGUN.partition, BEGUN.sort) is None
