from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schedule_catalog.operations import LedgerOffError, NotRunnableError, RunRecord
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, Clients, arn
from tests.schedule_catalog.operations.records import record

Capture = pytest.CaptureFixture[str]


def failed(name: str = "nightly", state: str = "undelivered") -> RunRecord:
    return replace(
        record(name, "2026-11-22T00:00:00Z"),
        state=state,
        attempt=5,
        status=503,
        reason="http-503",
        message="the target answered 503",
        updated="2026-11-23T00:40:00.000Z",
    )


@pytest.fixture
def aws() -> Clients:
    made = Clients()
    made.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    runs = (record("nightly", f"2026-11-{day}T00:00:00Z") for day in (20, 21, 23))
    made.dynamodb.items += [run.to_item() for run in (*runs, failed())]
    return made


def test_the_runs_of_a_schedule_are_shown_in_its_zone_and_in_utc(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "history", "nightly") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[1].split("  ")[:3] == ["Mon 2026-11-23 09:00 KST", "2026-11-23 00:00 UTC", "delivered"]
    assert "2.0 s late" in lines[1]
    assert "undelivered  5 attempts  503" in lines[2]
    assert lines[2].endswith("http-503: the target answered 503")


def test_a_run_by_hand_is_called_one(aws: Clients, capsys: Capture) -> None:
    fresh = replace(record("nightly", "2026-11-23T03:00:00Z#abc"), act="abc")
    own = replace(record("nightly", "2026-11-22T12:00:00Z"), act="def")
    aws.dynamodb.items += [fresh.to_item(), own.to_item()]

    assert run(aws, "history", "nightly", "--since", "24h") == 0
    ends = [line.split("200  ")[-1].strip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert ends == ["by hand", "2.0 s late", "2.0 s late, by hand"]


def test_a_run_that_waited_for_its_turn_among_all_retries_says_how_long(aws: Clients, capsys: Capture) -> None:
    aws.dynamodb.items = [replace(failed(), waited=1260.0).to_item(), replace(failed("close"), waited=5.0).to_item()]

    assert run(aws, "history", "--failed") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "waited" in line] == [line for line in lines if "nightly" in line]
    assert "waited 21 min 0 s" in "".join(lines)
    assert run(aws, "history", "--failed", "--format", "json") == 1
    assert sorted(each["waited_seconds"] for each in document(capsys.readouterr().out)["runs"]) == [5, 1260]


def test_json_has_the_times_and_the_key_of_each_run(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "history", "nightly", "--format", "json") == 0

    last, *rest = document(capsys.readouterr().out)["runs"]
    assert len(rest) == 3
    assert (last["scheduled"], last["local"]) == ("2026-11-23T00:00:00Z", "2026-11-23T09:00:00+09:00")
    assert (last["late_seconds"], last["run_key"], last["state"]) == (2, "v1.abc", "delivered")


def test_a_schedule_that_is_gone_is_found_by_its_runs(aws: Clients, capsys: Capture) -> None:
    aws.dynamodb.items.append(record("shop-1", "key#order-7", NAMES.adhoc_group, "adhoc").to_item())

    for name in ("shop-1", arn("shop-1", NAMES.adhoc_group)):
        assert run(aws, "history", name) == 0
        assert "key order-7" in capsys.readouterr().out
    with pytest.raises(NotRunnableError, match='did you mean "nightly"'):
        run(aws, "history", "nightl")


def test_a_run_without_a_due_time_shows_the_key_that_its_application_gave(aws: Clients, capsys: Capture) -> None:
    for sort in ("key#order-7", "reused#5f3c"):
        aws.dynamodb.items.append(record("shop-1", sort, NAMES.adhoc_group, "adhoc").to_item())

    assert run(aws, "history", "shop-1") == 0
    assert [line.partition("  ")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "key order-7",
        "reused key",
    ]
    assert run(aws, "history", "shop-1", "--format", "json") == 0
    runs = document(capsys.readouterr().out)["runs"]
    assert [(each["scheduled"], each["key"]) for each in runs] == [(None, "order-7"), (None, None)]


def test_a_schedule_that_has_not_run_says_so(aws: Clients, capsys: Capture) -> None:
    aws.scheduler.add("new")

    assert run(aws, "history", "new") == 0
    assert capsys.readouterr().out == "the run ledger has no runs of it\n"


def test_failed_runs_of_all_schedules_are_told_by_the_status(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "history", "--failed") == run(aws, "history") == 1
    assert "nightly   billing  2026-11-22 00:00 UTC  undelivered" in capsys.readouterr().out

    aws.dynamodb.items = [failed("other", "skipped").to_item()]
    assert run(aws, "history", "--failed") == 0
    assert "0 undelivered, 1 skipped since 2026-11-22 09:00 UTC" in capsys.readouterr().out
    assert run(aws, "history", "--failed", "--since", "5m", "--format", "json") == 0
    assert document(capsys.readouterr().out)["runs"] == []


def test_missed_runs_are_told_by_the_status(aws: Clients, tmp_path: Path, capsys: Capture) -> None:
    where = write_catalog(tmp_path)
    assert run(aws, "history", "--missed", *where) == 0
    assert capsys.readouterr().out == "0 missed since 2026-11-22 09:00 UTC\n"

    aws.dynamodb.items.clear()
    assert run(aws, "history", "--missed", "--since", "2026-11-22T00:00", *where) == 1
    printed = capsys.readouterr().out
    assert "nightly   billing  Sun 2026-11-22 09:00 KST  2026-11-22 00:00 UTC" in printed
    assert "2 missed since" in printed

    assert run(aws, "history", "--missed", "--format", "json", *where) == 1
    assert [one["local"] for one in document(capsys.readouterr().out)["missed"]] == ["2026-11-23T09:00:00+09:00"]


def test_what_is_not_deployed_is_told(tmp_path: Path, capsys: Capture) -> None:
    assert run(Clients(), "history", "--missed", *write_catalog(tmp_path)) == 0
    assert 'not in AWS, so they never fire: nightly (see "schedules status")' in capsys.readouterr().out


def test_without_a_ledger_there_is_no_history() -> None:
    aws = Clients(replace(MANIFEST, ledger_table=None))
    aws.scheduler.add("nightly")

    for what in (["nightly"], ["--failed"]):
        with pytest.raises(LedgerOffError, match="has no run ledger"):
            run(aws, "history", *what)


@pytest.mark.parametrize("given", ["yesterday", "3", "3y", "-1d", "3 d d"])
def test_a_span_that_is_none_is_refused(aws: Clients, given: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        run(aws, "history", "nightly", f"--since={given}")
    assert "is not a span or a time" in capsys.readouterr().err
