from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.operations import FireError, NotRunnableError, PauseTarget, RunRecord, pause
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import CATALOG, run, write_catalog
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients, delivered, refusal
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


DEPLOYED = {
    "ScheduleExpression": "cron(0 9 * * ? *)",
    "ScheduleExpressionTimezone": "Asia/Seoul",
    "CreationDate": datetime(2026, 11, 1, tzinfo=UTC),
}


def skipped(time: str, reason: str = "paused") -> RunRecord:
    return replace(record("nightly", time), state="skipped", reason=reason, message="upgrade")


def test_runs_that_were_skipped_are_made_by_their_own_run_keys_the_oldest_first(aws: Clients, capsys: Capture) -> None:
    runs = [skipped("2026-11-22T00:00:00Z"), skipped("2026-11-23T00:00:00Z"), record("nightly", "2026-11-21T00:00:00Z")]
    aws.dynamodb.items += [one.to_item() for one in runs]

    assert run(aws, "trigger", "nightly", "--skipped", "--since", "3d", "--yes") == 0

    times = [(event["schedule"]["time"], event["trigger"]["run"]) for _, _, event in aws.functions.invoked]
    assert times == [("2026-11-22T00:00:00Z", "own"), ("2026-11-23T00:00:00Z", "own")]
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "nightly: 2 runs skipped since 2026-11-20 09:00 UTC"
    assert printed[1].split("  ")[1:] == ["Sun 2026-11-22 09:00 KST", "paused: upgrade"]
    assert printed[3].startswith("nightly of Sun 2026-11-22 09:00 KST: delivered, response 200")


def test_fires_without_a_run_are_made_and_those_that_have_one_are_not(
    aws: Clients, tmp_path: Path, capsys: Capture
) -> None:
    where = write_catalog(tmp_path)
    aws.scheduler.add("nightly", **DEPLOYED)
    aws.dynamodb.items.append(record("nightly", "2026-11-22T00:00:00Z").to_item())

    assert run(aws, "trigger", "nightly", "--missed", "--since", "3d", "--yes", *where) == 0

    times = [event["schedule"]["time"] for _, _, event in aws.functions.invoked]
    assert times == ["2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"]
    assert "nightly: 2 runs missed since" in capsys.readouterr().out


def test_an_edit_that_was_never_deployed_makes_no_calls(aws: Clients, tmp_path: Path) -> None:
    where = write_catalog(tmp_path, CATALOG.replace("0 9 * * ? *", "0 * * * ? *"))
    aws.scheduler.add("nightly", **DEPLOYED)

    assert run(aws, "trigger", "nightly", "--missed", "--yes", *where) == 0

    assert [event["schedule"]["time"] for _, _, event in aws.functions.invoked] == ["2026-11-23T00:00:00Z"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_misses_before_the_last_change_are_named_and_not_called(
    aws: Clients, tmp_path: Path, capsys: Capture, form: str
) -> None:
    where = write_catalog(tmp_path)
    aws.scheduler.add("nightly", **DEPLOYED, LastModificationDate=datetime(2026, 11, 23, 8, tzinfo=UTC))

    assert run(aws, "trigger", "nightly", "--missed", "--since", "2d", "--yes", "--format", form, *where) == 1

    assert aws.functions.invoked == []
    printed = capsys.readouterr()
    assert (
        "2 more in doubt, as the schedule was changed later: run each with --as-of T\n"
        "  --as-of 2026-11-22T00:00:00Z\n"
        "  --as-of 2026-11-23T00:00:00Z\n"
    ) in printed.out + printed.err
    if form == "json":
        assert document(printed.out)["in_doubt"] == ["2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"]
    assert run(aws, "trigger", "nightly", "--as-of", "2026-11-22T00:00:00Z", "--yes", *where) == 0


def test_a_run_that_fails_does_not_keep_the_next_from_being_made(aws: Clients) -> None:
    aws.dynamodb.items += [skipped(f"2026-11-2{day}T00:00:00Z").to_item() for day in (2, 3)]
    failed = delivered(success=False, api_status=503, reason="http-503", message="no")
    aws.functions.answer = lambda event: (failed, None)

    assert run(aws, "trigger", "nightly", "--skipped", "--since", "3d", "--yes") == 1
    assert len(aws.functions.invoked) == 2


def test_nothing_to_make_up_for_is_fine(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "trigger", "nightly", "--skipped") == 0
    assert capsys.readouterr().out == "nightly: 0 runs skipped since 2026-11-22 09:00 UTC\n"


def test_missed_runs_are_listed_before_a_person_is_asked(aws: Clients, tmp_path: Path, capsys: Capture) -> None:
    where = write_catalog(tmp_path)
    aws.scheduler.add("nightly", **DEPLOYED)

    with pytest.raises(UsageError, match="call 1 now, each under its own run key"):
        run(aws, "trigger", "nightly", "--missed", *where)
    assert "Mon 2026-11-23 09:00 KST  no run" in capsys.readouterr().out
    assert aws.functions.invoked == []


def test_what_is_missed_is_known_by_the_catalog_and_not_of_a_rate_without_a_start(aws: Clients, tmp_path: Path) -> None:
    rate = "owner: billing\nschedules:\n  every: {rate: 1 hour, request: {service: callback, path: /}}\n"
    where = write_catalog(tmp_path, rate)
    aws.scheduler.add("every", ScheduleExpression="rate(1 hour)")

    with pytest.raises(UsageError, match="not in this catalog"):
        run(aws, "trigger", "nightly", "--missed", "--yes", *where)
    with pytest.raises(NotRunnableError, match="only AWS knows when"):
        run(aws, "trigger", "every", "--missed", "--yes", *where)


def test_a_period_is_for_runs_that_were_not_made(aws: Clients) -> None:
    with pytest.raises(UsageError, match="--since is for --missed and --skipped"):
        run(aws, "trigger", "nightly", "--since", "3d", "--yes")


def test_a_call_in_a_pause_says_so_before_it_asks(aws: Clients, capsys: Capture) -> None:
    aws.scheduler.add("shop-1", group=NAMES.adhoc_group)
    pause(aws.stack, PauseTarget("all"), NOW + timedelta(hours=1), "upgrade", "kim", NOW)

    run(aws, "trigger", "nightly", "--yes")
    ours = capsys.readouterr().out
    run(aws, "trigger", "shop-1", "--yes")
    theirs = capsys.readouterr().out

    assert "everything is paused until 2026-11-23 10:00:00 UTC: upgrade\n  this call is made all the same" in ours
    assert "upgrade\n  the call waits until the pause ends" in theirs


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_of_aws_between_calls_ends_them_and_says_which_were_made(
    aws: Clients, capsys: Capture, form: str
) -> None:
    aws.dynamodb.items += [skipped(f"2026-11-2{day}T00:00:00Z").to_item() for day in (1, 2, 3)]

    def second_fails(event: dict[str, Any]) -> tuple[Any, str | None]:
        if len(aws.functions.invoked) > 1:
            raise refusal("TooManyRequestsException")
        return delivered(), None

    aws.functions.answer = second_fails

    assert run(aws, "trigger", "nightly", "--skipped", "--since", "3d", "--yes", "--format", form) == 1
    assert len(aws.functions.invoked) == 2
    printed = capsys.readouterr()
    assert "no answer, and no call after it was made: " in printed.err
    if form == "json":
        assert [each["delivered"] for each in document(printed.out)["runs"]] == [True]
