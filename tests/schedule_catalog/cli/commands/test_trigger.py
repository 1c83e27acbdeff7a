from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.operations import FireError
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import MANIFEST, Clients, delivered
from tests.schedule_catalog.operations.records import record

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def aws() -> Clients:
    made = Clients()
    made.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    return made


def test_the_answer_is_shown_and_told_by_the_status(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "trigger", "nightly", "--yes") == 0

    printed = capsys.readouterr().out
    assert "nightly of Mon 2026-11-23 18:00 KST: POST https://api.example.com/run" in printed
    assert "delivered, response 200, in " in printed
    assert "run key v1.abc" in printed
    assert '  "ok": true' in printed


def test_a_call_that_failed_ends_with_one_and_says_why(aws: Clients, capsys: Capture) -> None:
    failed = delivered(success=False, api_status=503, api_response="<b>\x1b[2J", reason="http-503", message="no")
    aws.functions.answer = lambda event: (failed, None)

    assert run(aws, "trigger", "nightly", "--yes") == 1
    printed = capsys.readouterr().out
    assert "not delivered (http-503), response 503" in printed
    assert "\x1b" not in printed


def test_a_run_that_is_already_in_progress_is_said_to_be(aws: Clients, capsys: Capture) -> None:
    known = delivered(
        success=False, api_status=None, api_response=None, handed_over=True, outcome="busy", reason="running"
    )
    aws.functions.answer = lambda event: (known, None)

    assert run(aws, "trigger", "nightly", "--yes") == 1
    assert "not delivered (running), in" in (printed := capsys.readouterr().out)
    assert "already in progress" in printed


def test_without_a_terminal_nothing_is_called_unless_yes_was_said(aws: Clients) -> None:
    with pytest.raises(UsageError, match="--yes"):
        run(aws, "trigger", "nightly")

    assert aws.functions.invoked == []


def test_the_run_of_a_fire_is_asked_for_by_its_time_and_no_other(aws: Clients) -> None:
    assert run(aws, "trigger", "nightly", "--as-of", "2026-11-22T09:00+09:00", "--yes") == 0
    ((_, _, event),) = aws.functions.invoked
    assert (event["schedule"]["time"], event["trigger"]["run"]) == ("2026-11-22T00:00:00Z", "own")

    with pytest.raises(FireError):
        run(aws, "trigger", "nightly", "--as-of", "2026-11-22T09:00", "--yes")


def test_a_schedule_that_is_not_what_the_catalog_says_is_run_as_it_is_deployed(
    aws: Clients, tmp_path: Path, capsys: Capture
) -> None:
    where = write_catalog(tmp_path)

    assert run(aws, "trigger", "nightly", "--yes", *where) == 0
    assert "the deployed schedule runs; it differs from this catalog in role" in capsys.readouterr().out
    assert aws.functions.invoked[0][2]["target_url"] == "https://api.example.com/run"


def test_a_disabled_schedule_is_run_and_said_to_be_one(aws: Clients, capsys: Capture) -> None:
    aws.scheduler.add("off", State="DISABLED")

    assert run(aws, "trigger", "off", "--yes") == 0
    assert "it is disabled" in capsys.readouterr().out
    assert aws.functions.invoked[0][0] == MANIFEST.aliases["catalog"]


def test_a_catalog_that_cannot_be_compared_forbids_nothing(aws: Clients, tmp_path: Path, capsys: Capture) -> None:
    where = write_catalog(
        tmp_path, "owner: billing\nschedules:\n  other: {rate: 1 hour, request: {service: callback, path: /}}\n"
    )
    assert run(aws, "trigger", "nightly", "--yes", *where) == 0
    assert "it is not in this catalog" in capsys.readouterr().out

    (tmp_path / "Pulumi.prod.yaml").rename(tmp_path / "Pulumi.dev.yaml")
    assert run(aws, "trigger", "nightly", "--yes", *where) == 0
    assert 'not compared with the catalog: no settings for the stack "prod"' in capsys.readouterr().out


def test_a_run_that_was_delivered_is_reported_and_only_run_again_when_told_so(aws: Clients, capsys: Capture) -> None:
    aws.dynamodb.items.append(record("nightly", "2026-11-22T00:00:00Z").to_item())
    ran = ["trigger", "nightly", "--as-of", "2026-11-22T00:00Z", "--yes"]

    assert run(aws, *ran) == 0
    assert "was already delivered, at 2026-11-22T00:00:02.000Z" in capsys.readouterr().out
    assert aws.functions.invoked == []

    assert run(aws, *ran, "--again") == 0
    assert aws.functions.invoked[0][2]["trigger"]["run"] == "fresh"


def test_a_stack_without_a_ledger_runs_a_fire_all_the_same() -> None:
    aws = Clients(replace(MANIFEST, ledger_table=None))
    aws.scheduler.add("nightly")

    assert run(aws, "trigger", "nightly", "--as-of", "2026-11-22T09:00Z", "--yes") == 0
