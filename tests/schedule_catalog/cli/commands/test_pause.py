"""`schedules pause` says what it will do before it does it; `resume` ends it, and every view shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.operations import LedgerOffError, PauseError, PauseTarget, pause, pause_acts, read_pauses
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import CALLER, MANIFEST, NAMES, NOW, Clients, arn, request
from tests.schedule_catalog.operations.messages import by_proxy

Capture = pytest.CaptureFixture[str]
FOR_A_DAY = ("--for", "1d", "--reason", "upgrade")


@pytest.fixture
def aws() -> Clients:
    made = Clients()
    made.scheduler.add(
        "nightly", ScheduleExpressionTimezone="Asia/Seoul", Target={"Input": request("nightly", owner="billing")}
    )
    return made


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    return write_catalog(tmp_path)


def test_it_shows_what_will_be_skipped_and_what_waits_and_then_pauses(
    aws: Clients, where: list[str], capsys: Capture
) -> None:
    assert run(aws, "pause", "--owner", "billing", *FOR_A_DAY, "--yes", *where) == 0

    assert capsys.readouterr().out.splitlines() == [
        'the owner "billing", until 2026-11-24 09:00 UTC (24 h 0 min): upgrade',
        "  stack prod, eu-central-1; 1 schedule",
        "  1 run will be skipped, 0 will wait",
        "  one-time calls that are already in the retry queue wait too, and are not counted",
        'paused; it takes effect within 10 seconds: "schedules resume --owner billing" ends it before its time',
    ]
    assert run(aws, "pause", "--all", *FOR_A_DAY, "--yes", "--stack", "prod", *where) == 0
    assert '"schedules resume --all --stack prod" ends it' in capsys.readouterr().out
    made, _ = read_pauses(aws.stack).pauses
    assert (made.scope, made.name, made.by, made.until - made.since) == ("owner", "billing", CALLER, 86_400)


def test_without_a_terminal_nothing_is_paused_unless_yes_was_said(aws: Clients, where: list[str]) -> None:
    with pytest.raises(UsageError, match="--yes"):
        run(aws, "pause", "nightly", *FOR_A_DAY, *where)

    assert read_pauses(aws.stack).pauses == ()


def test_a_name_is_needed(aws: Clients, where: list[str]) -> None:
    with pytest.raises(UsageError, match="name a schedule, or give --owner"):
        run(aws, "pause", *FOR_A_DAY, "--yes", *where)


@pytest.mark.parametrize("line", ["--until 2026-11-24T09:00", "--until tomorrow", "--for 3y", "--for 2h --until x", ""])
def test_an_end_that_could_be_misread_is_refused(aws: Clients, line: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        run(aws, "pause", "--all", *line.split(), "--reason", "x", "--yes")


def test_an_end_has_an_offset(aws: Clients, where: list[str], capsys: Capture) -> None:
    run(aws, "pause", "--all", "--until", "2026-12-24T09:00+09:00", "--reason", "x", "--yes", *where)

    printed = capsys.readouterr().out
    assert "everything, until 2026-12-24 00:00 UTC (30 d 15 h): x" in printed
    assert "runs that wait longer than 13 days end undelivered" in printed
    assert '"schedules resume --all"' in printed


def test_an_unknown_service_or_owner_is_found_before_anything_is_paused(tmp_path: Path, aws: Clients) -> None:
    where = write_catalog(tmp_path)
    (tmp_path / "Pulumi.prod.yaml").write_text(
        'config:\n  "schedule-catalog:services": {shop: "https://shop.example.com"}\n'
        '  "schedule-catalog:owners": {billing: {}}\n'
    )

    with pytest.raises(PauseError, match='no service "shopp": did you mean "shop"'):
        run(aws, "pause", "--service", "shopp", *FOR_A_DAY, "--yes", *where)
    with pytest.raises(PauseError, match='no owner "biling": did you mean "billing"'):
        run(aws, "pause", "--owner", "biling", *FOR_A_DAY, "--yes", *where)
    assert run(aws, "pause", "--service", "callback", *FOR_A_DAY, "--yes", *where) == 0


def test_an_owner_is_one_of_the_catalog_where_the_settings_declare_none(aws: Clients, where: list[str]) -> None:
    with pytest.raises(PauseError, match='no owner "biling": did you mean "billing"'):
        run(aws, "pause", "--owner", "biling", *FOR_A_DAY, "--yes", *where)


def test_a_pause_may_last_for_weeks(aws: Clients, where: list[str], capsys: Capture) -> None:
    run(aws, "pause", "--all", "--for", "8w", "--reason", "x", "--yes", *where)

    assert "everything, until 2027-01-18 09:00 UTC (56 d 0 h): x" in capsys.readouterr().out


def test_a_stack_without_a_ledger_cannot_pause(where: list[str]) -> None:
    with pytest.raises(LedgerOffError):
        run(Clients(replace(MANIFEST, ledger_table=None)), "pause", "--all", *FOR_A_DAY, "--yes", *where)


def test_resume_ends_it_and_says_when_that_takes_effect(aws: Clients, where: list[str], capsys: Capture) -> None:
    run(aws, "pause", "nightly", *FOR_A_DAY, "--yes", *where)
    capsys.readouterr()

    assert run(aws, "resume", "nightly", *where) == 0

    assert capsys.readouterr().out.startswith('resumed the schedule "nightly": new runs are called within 10 seconds')
    assert read_pauses(aws.stack).pauses == ()
    with pytest.raises(PauseError, match="no pause to end"):
        run(aws, "resume", "nightly", *where)


def test_resume_ends_the_pause_of_what_is_gone(aws: Clients, where: list[str], capsys: Capture) -> None:
    aws.scheduler.add("shop-1", group=NAMES.adhoc_group)
    run(aws, "pause", "shop-1", *FOR_A_DAY, "--yes", *where)
    again = f'"schedules resume {arn("shop-1", NAMES.adhoc_group)}"'
    assert again in capsys.readouterr().out
    del aws.scheduler.schedules[NAMES.adhoc_group, "shop-1"]
    for scope in ("owner", "application", "service"):
        pause(aws.stack, PauseTarget(scope, "former"), NOW + timedelta(hours=1), "upgrade", "kim", NOW)

    for words in (["shop-1"], ["--owner", "former"], ["--application", "former"], ["--service", "former"]):
        assert run(aws, "resume", *words, *where) == 0
    assert read_pauses(aws.stack).current(NOW.timestamp()) == ()


def test_a_name_of_two_paused_schedules_is_refused_with_their_arns(aws: Clients, where: list[str]) -> None:
    arns = [arn("nightly"), arn("nightly", NAMES.adhoc_group)]
    for each in arns:
        pause(aws.stack, PauseTarget("schedule", each), NOW + timedelta(hours=1), "upgrade", "kim", NOW)

    with pytest.raises(PauseError, match=f'2 paused schedules are named "nightly": specify {", or ".join(arns)}'):
        run(aws, "resume", "nightly", *where)
    assert run(aws, "resume", arns[1], *where) == 0
    assert [one.name for one in read_pauses(aws.stack).pauses] == arns[:1]


def test_the_command_that_ends_it_means_the_same_stack(aws: Clients, tmp_path: Path, capsys: Capture) -> None:
    write_catalog(tmp_path)
    where = "--stack prod --region eu-west-1 --profile ops --endpoint-url http://127.0.0.1:1 --project shop"
    where += f" --state there --settings {tmp_path / 'Pulumi.prod.yaml'}"

    assert run(aws, "pause", "--all", *FOR_A_DAY, "--yes", *where.split()) == 0

    assert f'"schedules resume --all {where}" ends it' in capsys.readouterr().out


def test_status_and_history_show_it(aws: Clients, where: list[str], capsys: Capture) -> None:
    run(aws, "pause", "nightly", *FOR_A_DAY, "--yes", *where)
    capsys.readouterr()

    run(aws, "status", *where)
    printed = capsys.readouterr().out
    run(aws, "history", "--failed", *where)
    of_all = capsys.readouterr().out
    run(aws, "history", "nightly", *where)
    of_one = capsys.readouterr().out

    said = 'the schedule "nightly"  2026-11-24 09:00 UTC  assumed-role/operator/kim  upgrade'
    assert f"paused                  until                 by                         reason\n{said}" in printed
    for shown in (of_all, of_one):
        assert f"2026-11-23 09:00 UTC  paused  {said}" in shown


def test_a_paused_schedule_has_its_own_state_on_the_board(aws: Clients, where: list[str], capsys: Capture) -> None:
    aws.scheduler.add("other", CreationDate=NOW, Target={"Input": request("other")})
    run(aws, "pause", "--all", *FOR_A_DAY, "--yes", *where)
    capsys.readouterr()

    run(aws, "status", "--format", "json", *where)

    found = document(capsys.readouterr().out)
    assert [one["scope"] for one in found["pauses"]] == ["all"]
    assert [[one["reason"] for one in row["pauses"]] for row in found["schedules"]] == [["upgrade"], ["upgrade"]]


def test_who_paused_and_resumed_is_kept(aws: Clients, where: list[str]) -> None:
    run(aws, "pause", "--all", *FOR_A_DAY, "--yes", *where)
    run(aws, "resume", "--all", *where)

    assert [(one.act, one.by) for one in pause_acts(aws.stack)] == [("resume", CALLER), ("pause", CALLER)]


def test_a_replay_in_a_pause_says_that_it_will_wait(aws: Clients, where: list[str], capsys: Capture) -> None:
    by_proxy(aws, "one")
    by_proxy(aws, "two")
    run(aws, "pause", "--all", *FOR_A_DAY, "--yes", *where)
    capsys.readouterr()

    run(aws, "undelivered", "replay", "--all", "--yes", *where)

    assert (
        "everything is paused until 2026-11-24 09:00:00 UTC: upgrade: 2 of these will wait" in capsys.readouterr().out
    )


def test_the_pause_of_a_service_is_said_of_calls_by_its_url(aws: Clients, tmp_path: Path, capsys: Capture) -> None:
    where = write_catalog(tmp_path)
    (tmp_path / "Pulumi.prod.yaml").write_text(
        'config:\n  "schedule-catalog:services": {api: "https://api.example.com"}\n'
    )
    by_proxy(aws, "one")
    pause(aws.stack, PauseTarget("service", "api"), NOW + timedelta(hours=1), "upgrade", "kim", NOW)

    run(aws, "trigger", "nightly", "--yes", *where)
    assert 'the service "api" is paused until' in capsys.readouterr().out
    run(aws, "undelivered", "replay", "--all", "--yes", *where)
    assert "upgrade: 1 of these will wait" in capsys.readouterr().out
    run(aws, "history", "nightly", *where)
    assert 'the service "api"' in capsys.readouterr().out
