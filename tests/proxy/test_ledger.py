"""The run ledger in its table: the double and the emulator answer alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.emulator.emulator import Emulator
from local.simulation.dynamodb import DynamoDb
from local.simulation.proxy_aws import ClientsAws
from proxy.aws import Aws, AwsRequestError
from proxy.ledger import LedgerError, NoLedger, TableLedger
from schedule_client.contract.ledger import RunRecord
from schedule_client.contract.records import replace
from tests.proxy.emulated import emulated_aws

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
    """A table whose every write is made, while its answer is lost once; the request is then sent again."""

    aws: Aws
    lost: int = 1

    def __call__(self, service: str, operation: str, members: Mapping[str, Any], /) -> dict[str, Any]:
        answer = self.aws(service, operation, members)
        if operation == "PutItem" and self.lost:
            self.lost -= 1
            return self(service, operation, members)
        return answer


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    with Emulator(folder) as started:
        yield started


@pytest.fixture(params=["double", "emulator"])
def aws(request: pytest.FixtureRequest) -> Iterator[Aws]:
    if request.param == "double":
        double = DynamoDb("runs")
        yield ClientsAws(lambda service: {"dynamodb": double}[service])
        return
    table = request.getfixturevalue("emulator").client("dynamodb")
    names = [("pk", "HASH"), ("sk", "RANGE")]
    table.create_table(
        TableName="runs",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
        BillingMode="PAY_PER_REQUEST",
    )
    yield emulated_aws(request.getfixturevalue("emulator"))
    table.delete_table(TableName="runs")


@pytest.fixture
def ledger(aws: Aws) -> TableLedger:
    return TableLedger("runs", aws)


def failing(error: Exception) -> TableLedger:
    def fail(service: str, operation: str, members: Mapping[str, Any], /) -> dict[str, Any]:
        raise error

    return TableLedger("runs", fail)


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
def test_a_write_whose_answer_was_lost_is_known_for_ones_own(aws: Aws, record: RunRecord) -> None:
    interrupted = Interrupted(aws)
    ledger = TableLedger("runs", interrupted)

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


@pytest.mark.parametrize("call", [lambda ledger: ledger.read("a", "b"), lambda ledger: ledger.write(BEGUN)])
@pytest.mark.parametrize("error", [ConnectionError("https://internal.example.com"), AwsRequestError(None)])
def test_a_table_out_of_reach_is_a_ledger_error_that_shows_no_more_than_the_code(
    call: Callable[[TableLedger], object], error: Exception
) -> None:
    with pytest.raises(LedgerError, match=r"^the run ledger cannot be used: no response$") as caught:
        call(failing(error))

    assert (caught.value.reason, caught.value.__cause__) == ("ledger", None)


def test_without_a_ledger_every_run_is_untouched_and_every_write_holds() -> None:
    assert NoLedger().write(BEGUN) is None
    assert NoLedger().read(BEGUN.partition, BEGUN.sort) is None
